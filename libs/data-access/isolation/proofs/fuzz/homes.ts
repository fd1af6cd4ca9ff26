import type { Db } from 'mongodb';
import type { IsolationWorld } from '../../testing/isolation.fixture';
import { fuzzTenant, isDedicated } from './identities';

const each = (tenants: number): number[] => Array.from({ length: tenants }, (_, tenant) => tenant);

/** Where the documents of a tenant are, past all nets. */
export const homeOf = (world: IsolationWorld, tenant: number): Db =>
  isDedicated(tenant) ? world.rawOf(fuzzTenant(tenant)) : world.raw;

/** The shared database, and those that tenants have for themselves, complete with their indexes. */
export const homesOf = async (world: IsolationWorld, tenants: number): Promise<Db[]> => {
  const dedicated = each(tenants).filter(isDedicated);
  for (const tenant of dedicated) await world.connections.getConnection(fuzzTenant(tenant));
  return [world.raw, ...dedicated.map((tenant) => homeOf(world, tenant))];
};
