import type { Connection, Model, mongo, Types } from 'mongoose';
import type { Net } from '../../src/audit/isolation.errors';
import type { OperationScope } from '../../src/operation-scope/operation-scope';

/** What an attacker holds: code of a tenant's own request, written by somebody who doesn't care for types. */
export interface Hands {
  /** The repository, as plain JavaScript sees it: any argument will do. */
  invoices: Record<RepositoryMethod, (...args: unknown[]) => Promise<unknown>> & {
    stream(find?: unknown): AsyncIterable<unknown>;
  };
  /** The Mongoose model, as somebody has it who asked Nest for it instead of for the repository. */
  model: Model<unknown>;
  connection: Connection;
  /** The driver's database, past Mongoose's models. */
  db: mongo.Db;
  own: Types.ObjectId;
  ownInvoice: Types.ObjectId;
  other: Types.ObjectId;
  theirs: Types.ObjectId;
  /** Runs `work` in the context of the neighbour's own request. */
  asOther<R>(work: () => R): R;
  /** A complete invoice of a tenant (of none without one), as the driver stores it. */
  document(tenantId?: Types.ObjectId): Record<string, unknown>;
  bound: OperationScope;
  /** What the neighbour's own requests hold: a cursor that one of them opened may lie about. */
  neighbour: { model: Model<unknown>; bound: Extract<OperationScope, { kind: 'tenant' }> };
}

type RepositoryMethod =
  | 'aggregate'
  | 'bulkWrite'
  | 'count'
  | 'create'
  | 'createMany'
  | 'delete'
  | 'distinct'
  | 'exists'
  | 'find'
  | 'findById'
  | 'findOne'
  | 'paginate'
  | 'restore'
  | 'updateMany'
  | 'updateOne';

/** One way to reach the neighbour. It counts as a leak when something of theirs is shown or changed. */
export interface Attack {
  /** Of the list of leak classes. */
  leak: number;
  name: string;
  attempt(hands: Hands): unknown;
  /** Tells from what came back that something was shown; else the neighbour's secret is looked for in it. */
  shown?(result: unknown): boolean;
  /** Nets that can't see it by their nature, and why. */
  blind?: Partial<Record<Net, string>>;
}

/** Stands in everything of the neighbour's that could be shown. */
export const SECRET = 'the neighbour alone knows this';
