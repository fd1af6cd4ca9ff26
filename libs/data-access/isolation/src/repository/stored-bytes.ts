import { mongo, type Schema, type Types } from 'mongoose';
import { afterCommit } from '@financeops/core/mongo';
import type { StorageMeter } from './storage-meter';

const expiresByItself = (schema: Schema): boolean =>
  schema.indexes().some(([, options]) => options.expireAfterSeconds !== undefined);

/** Bytes of `document` as BSON, as MongoDB stores it before compression. */
const sizeOf = (document: object): number => mongo.BSON.calculateObjectSize(document);

const sizeOfAll = (documents: Iterable<object>): number => {
  let bytes = 0;
  for (const document of documents) bytes += sizeOf(document);
  return bytes;
};

/**
 * What one collection's documents take up, for the usage of their tenants:
 *
 * - what is created counts with its whole size as BSON, indexes left out;
 * - an update counts with the difference in size where the caller handed in the document as it was; elsewhere the
 *   difference isn't known without a further read, and counts as none;
 * - a soft delete frees nothing and a restore adds nothing: the document stays;
 * - a collection whose documents expire by themselves (a TTL index) isn't counted: MongoDB removes them without notice.
 *
 * Counted in memory, with no command to MongoDB. What a commit with an unknown outcome wrote isn't counted.
 */
export class StoredBytes {
  private readonly meter: StorageMeter | undefined;

  constructor(meter: StorageMeter | undefined, schema: Schema) {
    this.meter = expiresByItself(schema) ? undefined : meter;
  }

  added(tenantId: Types.ObjectId, documents: Iterable<object>): void {
    this.count(tenantId, () => sizeOfAll(documents));
  }

  removed(tenantId: Types.ObjectId, documents: Iterable<object>): void {
    this.count(tenantId, () => -sizeOfAll(documents));
  }

  changed(tenantId: Types.ObjectId, before: object, after: object): void {
    this.count(tenantId, () => sizeOf(after) - sizeOf(before));
  }

  private count(tenantId: Types.ObjectId, measure: () => number): void {
    const { meter } = this;
    if (meter === undefined) return;
    const bytes = measure();
    if (bytes !== 0) afterCommit(() => meter.add(tenantId.toHexString(), 'storage_bytes', bytes));
  }
}
