import type { Connection } from 'mongoose';
import {
  bulkViolation,
  documentViolation,
  documentsViolation,
  filterViolation,
  pipelineViolation,
  updateViolation,
  type BoundTo,
} from '../bound-operation/bound-operation.rules';
import type { Violation } from '../audit/isolation.errors';
import { kindOfCollection } from '../placement/collection-kinds';
import { knowsStages } from '../bound-operation/known-stages.rules';
import type { OperationScope } from '../operation-scope/operation-scope';
import { placementViolation } from '../placement/placement.rules';
import { databaseName, sharedDatabase } from '../placement/dedicated-connections';

type Check = (args: readonly unknown[], bound: BoundTo) => Violation;

const byFilter: Check = ([filter], bound) => filterViolation(filter, bound);
const byUpdate: Check = ([filter, update], bound) =>
  filterViolation(filter, bound) ?? updateViolation(update, bound);

/** The driver's methods that a tenant's operation may use, and how each is checked. Every other method is refused. */
const CHECKED: Readonly<Record<string, Check>> = {
  find: byFilter,
  findOne: byFilter,
  countDocuments: byFilter,
  distinct: ([, filter], bound) => filterViolation(filter, bound),
  insertOne: ([document], bound) => documentViolation(document, bound),
  insertMany: ([documents], bound) => documentsViolation(documents, bound),
  updateOne: byUpdate,
  updateMany: byUpdate,
  deleteMany: byFilter,
  findOneAndUpdate: byUpdate,
  bulkWrite: ([operations], bound) => bulkViolation(operations, bound),
  aggregate: ([pipeline], bound) => pipelineViolation(pipeline, bound),
};

/** What builds collections and indexes at boot; it touches no document. */
const MAINTENANCE = new Set(['createIndex', 'createIndexes', 'listIndexes', 'indexes']);

/** What is wrong with a call of the driver's collection, within the scope that it is made in; or `null`. */
export const tenantCollectionViolation = (
  method: string,
  args: readonly unknown[],
  scope: OperationScope | undefined,
  connection: Connection,
): Violation => {
  if (scope === undefined) return 'no tenant was bound to the operation and no bypass is active';
  const misplaced = placementViolation(databaseName(connection), 'tenant', scope, sharedDatabase(connection));
  if (misplaced !== null) return misplaced;
  switch (scope.kind) {
    case 'maintenance':
      return MAINTENANCE.has(method) ? null : `${method} is not maintenance`;
    case 'cross-tenant':
      if (!scope.bypass.isActive) return 'the bypass has ended';
      return method === 'aggregate' && knowsStages(args[0]) ? null : `${method} is not open to a bypass`;
    case 'tenant': {
      const check = CHECKED[method];
      const bound = {
        tenantId: scope.tenantId,
        kindOf: (name: string) => kindOfCollection(connection, name),
      };
      return check === undefined ? `${method} is refused on a tenant's collection` : check(args, bound);
    }
  }
};
