import { inspect } from 'node:util';
import { Types, type Model } from 'mongoose';
import type { Placement } from '@financeops/tenancy/context';
import { violationOf, type Net } from '../../src/audit/isolation.errors';
import { aTenant, anIsolationWorld } from '../../testing/isolation.fixture';
import { modelOn } from '../../src/placement/tenant-models';
import { probeWire } from '../../src/wire-probe/wire-probe';
import { REPOSITORY_NET } from '../../src/repository/repository-net';
import { UNBOUND_REPOSITORY } from './unbound-repository';
import { SECRET, type Attack, type Hands } from './attack';

const textOf = (value: unknown): string => {
  try {
    return inspect(value, { depth: 10, maxArrayLength: 100 });
  } catch {
    // A guarded collection refuses to be looked into.
    return '';
  }
};

/**
 * Two tenants with invoices, one invoice of none, and a look from outside at what an attack has done. `nets`: those in place. With the owner
 * placed in a database of its own, everything stands in that too, as if it had been put there by mistake.
 */
export const aCorpusWorld = async (placement: Placement, nets: readonly Net[]) => {
  const world = await anIsolationWorld({
    net: nets.includes('repository') ? REPOSITORY_NET : UNBOUND_REPOSITORY,
    guarded: nets.includes('schema'),
  });
  const stopProbe = nets.includes('wire') ? probeWire(world.connection) : () => undefined;
  const [owner, neighbour] = [aTenant(undefined, placement), aTenant()];
  const connection = await world.connections.getConnection(owner);
  const model = modelOn(connection, world.model) as unknown as Model<unknown>;
  const [own, other] = [new Types.ObjectId(owner.id), new Types.ObjectId(neighbour.id)];
  const [ownInvoice, theirs] = [new Types.ObjectId(), new Types.ObjectId()];
  const databases = placement === 'shared' ? [world.raw] : [world.raw, world.rawOf(owner)];
  let references = 0;
  const document = (tenantId?: Types.ObjectId): Record<string, unknown> => ({
    ...(tenantId === undefined ? {} : { tenantId }),
    reference: `reference ${(references += 1)}`,
    amount: 1_250n,
    status: 'OPEN',
    parentId: null,
    metadata: {},
  });
  const hands: Hands = {
    invoices: world.invoices as unknown as Hands['invoices'],
    model,
    connection,
    db: connection.db!,
    own,
    ownInvoice,
    other,
    theirs,
    document,
    asOther: (work) => world.as(neighbour, work),
    bound: { kind: 'tenant', tenantId: own, database: connection.db!.databaseName },
    neighbour: {
      model: world.model as unknown as Model<unknown>,
      bound: { kind: 'tenant', tenantId: other },
    },
  };

  const reset = async (): Promise<void> => {
    const secret = {
      metadata: { note: SECRET },
      deletedAt: null,
      createdAt: new Date(0),
      updatedAt: new Date(0),
    };
    const invoices = [
      { ...document(own), ...secret, metadata: {}, _id: ownInvoice, parentId: theirs },
      { ...document(other), ...secret, _id: theirs, reference: `1: ${SECRET}`, parentId: ownInvoice },
      { ...document(other), ...secret, reference: 'both have this' },
      { ...document(other), ...secret, reference: `2: ${SECRET}`, deletedAt: new Date(0) },
      { ...document(), ...secret, reference: `3: ${SECRET}` },
    ];
    for (const db of databases) {
      await db.collection('invoices').deleteMany({});
      await db.collection('invoices').insertMany(invoices);
      await db.collection('rates').updateOne({ currency: 'EUR' }, { $set: { rate: 1 } }, { upsert: true });
      await db.dropCollection('stolen').catch(() => undefined);
    }
  };

  /** Everything that isn't this tenant's, and the names of all collections. */
  const beyond = () =>
    Promise.all(
      databases.map(async (db) => ({
        documents: await db
          .collection('invoices')
          .find({ $or: [{ _id: theirs }, { tenantId: { $ne: own } }] })
          .sort({ _id: 1 })
          .toArray(),
        collections: (await db.listCollections().toArray()).map(({ name }) => name).sort(),
      })),
    );

  /** Whether an attack from within a request of the owner shows or changes anything that isn't theirs. */
  const leaks = async ({ attempt, shown = (result) => textOf(result).includes(SECRET) }: Attack) => {
    await reset();
    const before = textOf(await beyond());
    const tried = world.as(owner, async () => ({ result: await attempt(hands) }));
    const result = await tried.catch((error: unknown) => ({ error }));
    const changed = textOf(await beyond()) !== before;
    const leaked = changed || ('result' in result && shown(result.result));
    const stoppedBy = 'error' in result ? (violationOf(result.error)?.net ?? 'no net') : null;
    return { leaked, stoppedBy, ...result };
  };

  return {
    leaks,
    owner,
    audit: world.audit,
    close: async () => {
      stopProbe();
      await world.close();
    },
  };
};
