import { dedicatedDatabase, isDedicatedDatabase } from '@financeops/tenancy/context';
import type { Violation } from '../audit/isolation.errors';
import type { OperationScope } from '../operation-scope/operation-scope';
import type { CollectionKind } from './collection-kinds';

const tenantViolation = (
  database: string,
  scope: Extract<OperationScope, { kind: 'tenant' }>,
  shared: string,
): Violation => {
  const home = scope.database ?? shared;
  // What the scope says is checked too: the name of a database of one's own follows from the id.
  if (home !== shared && home !== dedicatedDatabase(shared, scope.tenantId.toHexString())) {
    return "the operation is bound to a database that isn't its tenant's";
  }
  return database === home ? null : "the database isn't the one where the tenant's documents are";
};

/**
 * What is wrong with the database that an operation goes to, or `null`. Shared collections are in the shared database
 * alone; a tenant's documents in the one that its operation is bound to, which no other tenant's ever is.
 */
export const placementViolation = (
  database: string,
  kind: CollectionKind,
  scope: OperationScope | undefined,
  shared: string,
): Violation => {
  // Refused for what it is, wherever it goes.
  if (kind === 'unknown') return null;
  if (kind === 'tenant' && scope?.kind === 'tenant') return tenantViolation(database, scope, shared);
  if (database === shared) return null;
  return kind === 'tenant' && isDedicatedDatabase(database, shared)
    ? null
    : 'the collection is not of this database';
};
