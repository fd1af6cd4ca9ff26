import type { Connection } from 'mongoose';
import {
  bulkFault,
  documentFault,
  documentsFault,
  filterFault,
  pipelineFault,
  updateFault,
  type BoundTo,
  type Fault,
} from './bound-operation.rules';
import { kindOfCollection } from './collection-kinds';
import { knowsStages } from './known-stages.rules';
import type { OperationScope } from './operation-scope';
import { databaseFault } from './placement/database-fault.rules';
import { sharedDatabase } from './placement/dedicated-connections';

type Check = (args: readonly unknown[], bound: BoundTo) => Fault;

const byFilter: Check = ([filter], bound) => filterFault(filter, bound);
const byUpdate: Check = ([filter, update], bound) => filterFault(filter, bound) ?? updateFault(update, bound);

/** The driver's methods that a tenant's operation may use, and how each is checked. Every other method is refused. */
const CHECKED: Readonly<Record<string, Check>> = {
  find: byFilter,
  findOne: byFilter,
  countDocuments: byFilter,
  distinct: ([, filter], bound) => filterFault(filter, bound),
  insertOne: ([document], bound) => documentFault(document, bound),
  insertMany: ([documents], bound) => documentsFault(documents, bound),
  updateOne: byUpdate,
  updateMany: byUpdate,
  deleteMany: byFilter,
  findOneAndUpdate: byUpdate,
  bulkWrite: ([operations], bound) => bulkFault(operations, bound),
  aggregate: ([pipeline], bound) => pipelineFault(pipeline, bound),
};

/** What builds collections and indexes at boot; it touches no document. */
const MAINTENANCE = new Set(['createIndex', 'createIndexes', 'listIndexes', 'indexes']);

/** What is wrong with a call of the driver's collection, within the scope that it is made in; or `null`. */
export const tenantCollectionFault = (
  method: string,
  args: readonly unknown[],
  scope: OperationScope | undefined,
  connection: Connection,
): Fault => {
  if (scope === undefined) return 'no tenant was bound to the operation and no bypass is active';
  const misplaced = databaseFault(connection.db!.databaseName, 'tenant', scope, sharedDatabase(connection));
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
