import type { Connection } from 'mongoose';
import type { ResolvedTenant } from './resolved-tenant';

/** Port: connections to the databases where tenants' documents are. Data access binds it. */
export abstract class TenantConnections {
  /** The connection when it needs no opening: always, for tenants of the shared database. */
  abstract getCached(tenant: ResolvedTenant): Connection | undefined;

  /** Opens it where necessary; the database is ready for use, indexes included. Rejects when MongoDB can't be reached. */
  abstract getConnection(tenant: ResolvedTenant): Promise<Connection>;
}
