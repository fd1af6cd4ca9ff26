import type { Types } from 'mongoose';
import type { BaseTenantDocument } from '../document/base-tenant.document';

type MethodKeys<T> = { [K in keyof T]-?: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T];

/** The stored fields of an entity, without its methods. */
export type Fields<T> = Omit<T, MethodKeys<T>>;

/** An ObjectId may be given as its 24 hex digits: Mongoose casts it. */
type Input<V> = V extends Types.ObjectId ? Types.ObjectId | string : V;

type Operators<V> = {
  $eq?: Input<V>;
  $ne?: Input<V> | null;
  $gt?: Input<V>;
  $gte?: Input<V>;
  $lt?: Input<V>;
  $lte?: Input<V>;
  $in?: readonly (Input<V> | null)[];
  $nin?: readonly (Input<V> | null)[];
  $exists?: boolean;
  $not?: Operators<V>;
  $regex?: RegExp;
  $size?: number;
  $all?: readonly unknown[];
  $elemMatch?: object;
};

type Element<V> = V extends readonly (infer E)[] ? E | V : V;
type Condition<V> = Input<Element<V>> | Operators<Element<V>> | null;

type Filterable<T> = Omit<T, MethodKeys<T> | 'tenantId'>;

/**
 * A condition on the bound tenant's documents. It can't name `tenantId`: the repository adds it. A field set to
 * `undefined` is an error at run time, never "any".
 */
export type TenantFilter<T extends BaseTenantDocument> = {
  [K in keyof Filterable<T>]?: Condition<Filterable<T>[K]>;
} & { [path: `${string}.${string}`]: unknown } & {
  tenantId?: never;
  $and?: readonly TenantFilter<T>[];
  $or?: readonly TenantFilter<T>[];
  $nor?: readonly TenantFilter<T>[];
  /** Compares fields of the document with each other. JavaScript operators are refused. */
  $expr?: object;
};

/** What the repository and MongoDB set themselves. */
type Managed = 'tenantId' | '_id' | 'createdAt' | 'updatedAt' | 'deletedAt' | 'deletedBy';
type Changeable<T> = Omit<Fields<T>, Managed>;
type Paths = { [path: `${string}.${string}`]: unknown } & { tenantId?: never };
type NumericKeys<T> = {
  [K in keyof T]-?: NonNullable<T[K]> extends number | bigint ? K : never;
}[keyof T];
type Numeric<T> = { [K in NumericKeys<T>]?: T[K] } & Paths;
type Loose<T> = { [K in keyof T]?: unknown } & Paths;
type Settable<T> = { [K in keyof T]?: T[K] } & Paths;

/** A change by update operators. Neither the tenant nor what the repository manages can be named. */
export interface TenantUpdate<T extends BaseTenantDocument> {
  $set?: Settable<Changeable<T>>;
  $setOnInsert?: Settable<Changeable<T>>;
  $unset?: Loose<Changeable<T>>;
  $inc?: Numeric<Changeable<T>>;
  $min?: Settable<Changeable<T>>;
  $max?: Settable<Changeable<T>>;
  $push?: Loose<Changeable<T>>;
  $pull?: Loose<Changeable<T>>;
  $addToSet?: Loose<Changeable<T>>;
  $currentDate?: Loose<Changeable<T>>;
}

/** A document to create. `_id` and `createdAt` may be given; the rest of what is managed can't. */
export type NewDocument<T extends BaseTenantDocument> = Omit<Fields<T>, Managed> & {
  _id?: Types.ObjectId;
  createdAt?: Date;
  tenantId?: never;
};

export type TenantSort<T extends BaseTenantDocument> = {
  [K in keyof Fields<T>]?: 1 | -1;
} & { [path: `${string}.${string}`]: 1 | -1 };

export type TenantProjection<T extends BaseTenantDocument> = {
  [K in keyof Fields<T>]?: 0 | 1;
} & { [path: `${string}.${string}`]: 0 | 1 };

export interface TenantFindOptions<T extends BaseTenantDocument> {
  filter?: TenantFilter<T>;
  projection?: TenantProjection<T>;
  options?: { sort?: TenantSort<T>; limit?: number; skip?: number };
  /** Also what was soft-deleted. */
  includeDeleted?: boolean;
}

/** One operation of a bulk write. Deletes are soft. */
export type TenantBulkOperation<T extends BaseTenantDocument> =
  | { insertOne: { document: NewDocument<T> } }
  | { updateOne: { filter: TenantFilter<T>; update: TenantUpdate<T>; upsert?: boolean } }
  | { updateMany: { filter: TenantFilter<T>; update: TenantUpdate<T> } }
  | { deleteOne: { filter: TenantFilter<T>; deletedBy: string | null } }
  | { deleteMany: { filter: TenantFilter<T>; deletedBy: string | null } };

export interface TenantBulkResult {
  inserted: number;
  matched: number;
  /** Soft deletes included. */
  modified: number;
  upserted: number;
}
