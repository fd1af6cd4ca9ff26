import type { Types } from 'mongoose';
import type { ErrorCode, FieldError } from '@financeops/core/errors';

/** A request that carries an `Idempotency-Key`. */
export interface KeyedRequest {
  /** Method and path pattern: keys of one route don't meet those of another. */
  route: string;
  key: string;
  /** Of the parsed body and of what the path names. */
  fingerprint: string;
  /** Goes with a refusal that is kept, so that a replay repeats it. */
  requestId: string;
}

/** A claim as the transaction that does the work has to insert it. */
export type Claim = Omit<KeyedRequest, 'requestId'> & { id: Types.ObjectId };

/** What a route answers when it did its work. `body` is a plain JSON value. */
export interface Reply<B extends object = object> {
  body: B;
  /** Path of what was created. */
  location: string | null;
}

/** What is kept of a finished request. */
export type Outcome =
  | { kind: 'reply'; reply: Reply }
  | { kind: 'refusal'; code: ErrorCode; detail: string; errors?: FieldError[]; requestId: string };
