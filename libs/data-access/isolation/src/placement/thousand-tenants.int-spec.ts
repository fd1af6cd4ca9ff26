import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Connection, Model } from 'mongoose';
import {
  aTenant,
  anInvoice,
  anIsolationWorld,
  type Invoice,
  type IsolationWorld,
} from '../../testing/isolation.fixture';

const TENANTS = 1_000;
const KEPT = 50;
const AT_ONCE = 40;
const SOCKETS = 10;

jest.setTimeout(600_000);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A thousand tenants with a database each, in one process: what it holds doesn't grow with their number. */
describe('1,000 tenants with databases of their own', () => {
  let world: IsolationWorld;
  let root: Connection & { otherDbs: Connection[] };
  const tenants = Array.from({ length: TENANTS }, () => aTenant(undefined, 'dedicated'));
  /** Sockets that the driver has opened and not closed. */
  let sockets = 0;
  let mostSockets = 0;
  const models: WeakRef<Model<Invoice>>[] = [];

  beforeAll(async () => {
    world = await anIsolationWorld({ maxResting: KEPT, maxPoolSize: SOCKETS });
    root = world.connection as typeof root;
    root.getClient().on('connectionCreated', () => (mostSockets = Math.max(mostSockets, (sockets += 1))));
    root.getClient().on('connectionClosed', () => (sockets -= 1));
  });
  afterAll(() => world.close());

  /** Every tenant works once, `AT_ONCE` at a time. Returns the most connections that were open. */
  const everybody = async (work: (tenant: (typeof tenants)[number]) => Promise<unknown>): Promise<number> => {
    let most = 0;
    const waiting = [...tenants];
    const one = async (): Promise<void> => {
      for (let tenant = waiting.pop(); tenant !== undefined; tenant = waiting.pop()) {
        const at = tenant;
        await world.as(at, () => work(at));
        most = Math.max(most, world.connections.size);
        const connection = world.connections.getCached(at);
        const model = connection?.models['Invoice'];
        if (model !== undefined) models.push(new WeakRef(model as unknown as Model<Invoice>));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    return most;
  };
  const alive = async (): Promise<number> => {
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    return models.filter((ref) => ref.deref() !== undefined).length;
  };

  it('each has its documents; connections, models and sockets stay bounded', async () => {
    expect(await everybody(() => world.invoices.create(anInvoice()))).toBeLessThanOrEqual(KEPT + AT_ONCE);
    const heaps: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const most = await everybody(async () => expect(await world.invoices.count()).toBe(1));
      expect(most).toBeLessThanOrEqual(KEPT + AT_ONCE);
      expect(world.connections.size).toBeLessThanOrEqual(KEPT);
      expect(root.otherDbs.length).toBe(world.connections.size);
      // Compiled and still held by anybody: those of the connections that are kept.
      expect(await alive()).toBeLessThanOrEqual(KEPT);
      heaps.push(process.memoryUsage().heapUsed);
    }
    expect(mostSockets).toBeLessThanOrEqual(SOCKETS);
    // A model that stayed for every opening would be 1,000 a round, about 60 kB each.
    expect((heaps.at(-1)! - heaps[0]!) / (2 * TENANTS)).toBeLessThan(10_000);
  });
});
