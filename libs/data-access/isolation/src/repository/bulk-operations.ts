import type { Document } from 'mongoose';
import type { BaseTenantDocument } from '../document/base-tenant.document';
import { IsolationViolationError } from '../audit/isolation.errors';
import { isPlainObject, type PlainObject } from '../bson/bson-guards';
import type { NewDocument, TenantBulkOperation, TenantFilter, TenantUpdate } from './tenant-types';

/** What binds the parts of an operation to a tenant. */
export interface BulkBinding<T extends BaseTenantDocument> {
  filter(given: TenantFilter<T>): PlainObject;
  document(given: NewDocument<T>): PlainObject;
  update(given: TenantUpdate<T>): PlainObject;
}

/** The update of a soft delete, as of now. */
export const softDeletion = (deletedBy: string | null): PlainObject => ({
  $set: { deletedAt: new Date(), deletedBy },
});

/** One operation as Mongoose takes it, bound to the tenant. */
export function boundBulkOperation<T extends BaseTenantDocument>(
  operation: TenantBulkOperation<T>,
  { filter, document, update: change }: BulkBinding<T>,
): PlainObject {
  if ('insertOne' in operation) {
    return { insertOne: { document: document(operation.insertOne.document) } };
  }
  if ('updateOne' in operation) {
    const { filter: given, update, upsert = false } = operation.updateOne;
    return { updateOne: { filter: filter(given), update: change(update), upsert } };
  }
  if ('updateMany' in operation) {
    const { filter: given, update } = operation.updateMany;
    return { updateMany: { filter: filter(given), update: change(update) } };
  }
  if ('deleteOne' in operation) {
    const { filter: given, deletedBy } = operation.deleteOne;
    return { updateOne: { filter: filter(given), update: softDeletion(deletedBy) } };
  }
  if ('deleteMany' in operation) {
    const { filter: given, deletedBy } = operation.deleteMany;
    return { updateMany: { filter: filter(given), update: softDeletion(deletedBy) } };
  }
  throw new IsolationViolationError('a bulk operation that the repository does not offer');
}

/** The first `count` documents that a bulk write inserts, as Mongoose has sent them: it puts them into the operations. */
export function* insertedDocuments(operations: readonly PlainObject[], count: number): Iterable<object> {
  let left = count;
  for (const { insertOne } of operations) {
    if (left > 0 && isPlainObject(insertOne)) {
      left--;
      yield (insertOne['document'] as Document).toObject();
    }
  }
}
