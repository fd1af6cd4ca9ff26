import { TenantContextService } from '@financeops/tenancy/context';
import { anIsolationWorld, type IsolationWorld } from '../../testing/isolation.fixture';
import { TenantIsolation } from '../../src/repository/tenant-isolation';
import { onViolation, type NetViolation } from '../../src/audit/violations';
import { probeWire } from '../../src/wire-probe/wire-probe';
import { FuzzRepository } from './fuzz.repository';
import { homesOf } from './homes';

/** The world of the fuzz: a repository, the probe throwing on the wire, and what it has seen there. */
export interface FuzzBench {
  world: IsolationWorld;
  repository: FuzzRepository;
  /** Commands that the probe stopped. There must be none: two nets stand before it. */
  onTheWire: NetViolation[];
  close(): Promise<void>;
}

export const aFuzzBench = async (tenants: number): Promise<FuzzBench> => {
  const world = await anIsolationWorld();
  const onTheWire: NetViolation[] = [];
  const stops = [
    probeWire(world.connection),
    onViolation((violation) => {
      if (violation.net === 'wire') onTheWire.push(violation);
    }),
  ];
  // What $geoNear needs. Not beginning with the tenant, it would fail the application's boot.
  for (const home of await homesOf(world, tenants)) {
    await home.collection('invoices').createIndex({ 'metadata.place': '2dsphere' });
  }
  await world.raw.collection('rates').insertOne({ currency: 'EUR', rate: 1 });
  const isolation = new TenantIsolation(
    new TenantContextService(),
    world.audit,
    world.storage,
    world.connections,
  );
  return {
    world,
    repository: new FuzzRepository(world.model, isolation),
    onTheWire,
    close: async () => {
      for (const stop of stops) stop();
      await world.close();
    },
  };
};
