import type { ResolvedTenant } from './resolved-tenant';

const SEPARATOR = '_t_';
const ID = /^[0-9a-f]{24}$/;

/**
 * The name of a tenant's own database, beside the shared one called `shared`. 27 bytes longer than that: MongoDB allows
 * 63, some hosted offers 38.
 */
export const dedicatedDatabase = (shared: string, tenantId: string): string =>
  `${shared}${SEPARATOR}${tenantId}`;

/** The database where the tenant's documents are. */
export const databaseOf = ({ id, placement }: ResolvedTenant, shared: string): string =>
  placement === 'dedicated' ? dedicatedDatabase(shared, id) : shared;

/** Whether `database` is some tenant's own, beside the shared one called `shared`. */
export const isDedicatedDatabase = (database: string, shared: string): boolean =>
  database.startsWith(`${shared}${SEPARATOR}`) && ID.test(database.slice(shared.length + SEPARATOR.length));
