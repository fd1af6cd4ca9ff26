import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { DomainError, HTTP_STATUS } from '@financeops/core/errors';
import { TenantContextService } from '@financeops/tenancy/context';
import type { IdempotencyClaim } from './idempotency-claim.schema';
import { IdempotencyRepository, KeyClaimedError } from './idempotency.repository';
import type { Claim, KeyedRequest, Outcome, Reply } from './idempotency.types';

/** Work in two steps: `begin` commits the claim together with what it does; `finish` answers. */
export interface IdempotentWork<S, B extends object> {
  /**
   * Inserts `claim`, if there is one, first in its own transaction, through `IdempotencyRepository.insert`: a repeated
   * request is found by the unique index, so that the first one needs no look-up.
   */
  begin(claim: Claim | null): Promise<S>;
  finish(begun: S): Promise<Reply<B>>;
}

/** `replayed`: it is the outcome of an earlier request with the key. */
export type Answer<B extends object> = { replayed: boolean } & (
  { reply: Reply<B> } | { refusal: DomainError }
);

/** Refusals that tell of what was found when the work began; earlier ones (400-404, 413, 415, 429) say nothing of it. */
const isKept = (error: unknown): error is DomainError =>
  error instanceof DomainError && [409, 422].includes(HTTP_STATUS[error.code]);

/**
 * Makes sure that work with a key is done once: per tenant and route, whichever process the requests reach. The unique
 * claim is inserted in the transaction of the work itself, so that a crash leaves both or neither.
 */
@Injectable()
export class IdempotencyService {
  /** Fingerprints of what this process is at work on: most repetitions of a request in flight need no database to be told. */
  private readonly atWork = new Map<string, string>();

  constructor(
    private readonly claims: IdempotencyRepository,
    private readonly contexts: TenantContextService,
  ) {}

  /**
   * @throws DomainError `idempotency-key-reused` (another body), `idempotency-in-flight`, and whatever the work throws.
   */
  async run<S, B extends object>(
    request: KeyedRequest | null,
    work: IdempotentWork<S, B>,
  ): Promise<Answer<B>> {
    if (request === null) return { replayed: false, reply: await work.finish(await work.begin(null)) };
    const name = [this.contexts.getTenantId(), request.route, request.key].join(' ');
    const running = this.atWork.get(name);
    if (running !== undefined) throw running === request.fingerprint ? inFlight() : keyReused();
    this.atWork.set(name, request.fingerprint);
    try {
      const begun = await this.begin(request, work);
      if ('earlier' in begun) return this.replay<B>(begun.earlier, request);
      return { replayed: false, reply: await work.finish(begun.state) };
    } finally {
      this.atWork.delete(name);
    }
  }

  private async begin<S, B extends object>(
    request: KeyedRequest,
    work: IdempotentWork<S, B>,
  ): Promise<{ state: S } | { earlier: IdempotencyClaim }> {
    const { requestId, ...asked } = request;
    const claim: Claim = { ...asked, id: new Types.ObjectId() };
    try {
      return { state: await work.begin(claim) };
    } catch (error) {
      if (error instanceof KeyClaimedError) return { earlier: await this.claimOf(request) };
      if (isKept(error)) {
        const winner = await this.keepRefusal(claim, error, requestId);
        if (winner !== null) return { earlier: winner };
      }
      throw error;
    }
  }

  /** The work came to nothing, and so will its repetitions. Returns the claim of another request that was faster. */
  private async keepRefusal(
    claim: Claim,
    { code, message: detail, errors }: DomainError,
    requestId: string,
  ): Promise<IdempotencyClaim | null> {
    try {
      await this.claims.insert(claim, { kind: 'refusal', code, detail, errors, requestId });
      return null;
    } catch (error) {
      if (error instanceof KeyClaimedError) return this.claimOf(claim);
      throw error;
    }
  }

  private async claimOf(request: Pick<Claim, 'route' | 'key'>): Promise<IdempotencyClaim> {
    const claim = await this.claims.findClaim(request);
    // It expired in between, or its transaction isn't visible yet.
    if (claim === null) throw inFlight();
    return claim;
  }

  private replay<B extends object>(
    { fingerprint, outcome }: IdempotencyClaim,
    request: KeyedRequest,
  ): Answer<B> {
    if (fingerprint !== request.fingerprint) throw keyReused();
    if (outcome === null) throw inFlight();
    const stored = JSON.parse(outcome) as Outcome;
    if (stored.kind === 'reply') return { replayed: true, reply: stored.reply as Reply<B> };
    const { code, detail, errors, requestId } = stored;
    return { replayed: true, refusal: new DomainError(code, detail, { errors, requestId }) };
  }
}

const inFlight = (): DomainError =>
  new DomainError('idempotency-in-flight', 'The first request with this Idempotency-Key is still running.', {
    retryAfter: 1,
  });

const keyReused = (): DomainError =>
  new DomainError(
    'idempotency-key-reused',
    'This Idempotency-Key was used with another body or address; use a new key for a new request.',
  );
