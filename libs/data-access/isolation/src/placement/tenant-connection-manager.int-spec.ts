import type { CommandStartedEvent } from 'mongodb';
import type { ClientSession, Connection, mongo } from 'mongoose';
import { Metrics } from '@financeops/core/observability';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { aTenant, anInvoice, anIsolationWorld, type IsolationWorld } from '../../testing/isolation.fixture';
import { TenantConnectionManager, type ConnectionLimits } from './tenant-connection-manager';

const dedicated = () => aTenant(undefined, 'dedicated');
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('TenantConnectionManager', () => {
  let world: IsolationWorld;
  let root: Connection & { otherDbs?: Connection[] };
  const managers: TenantConnectionManager[] = [];
  beforeAll(async () => {
    world = await anIsolationWorld();
    root = world.connection;
  });
  afterEach(() => {
    managers.splice(0).forEach((manager) => manager.onModuleDestroy());
    listeners.splice(0).forEach((listener) => root.getClient().off('commandStarted', listener));
  });
  afterAll(() => world.close());

  const listeners: ((event: CommandStartedEvent) => void)[] = [];
  /** The databases that were prepared, which begins with a look at what is there; `failing` of these fail. */
  const preparations = (failing = 0): string[] => {
    const seen: string[] = [];
    const listener = ({ commandName, databaseName }: CommandStartedEvent): void => {
      if (commandName !== 'listCollections') return;
      if (seen.push(databaseName) <= failing) throw new Error('no');
    };
    listeners.push(listener);
    root.getClient().on('commandStarted', listener);
    return seen;
  };

  const aManager = (limits: ConnectionLimits = {}) => {
    const metrics = new Metrics();
    const manager = new TenantConnectionManager(root, metrics, limits);
    managers.push(manager);
    const metric = async (name: string) => (await metrics.registry.getSingleMetric(name)!.get()).values;
    return { manager, metric };
  };
  /** What Mongoose itself holds on to. */
  const kept = () => (root as unknown as { otherDbs: Connection[] }).otherDbs.length;
  const looks = (tenant: ResolvedTenant) => world.rawOf(tenant);
  const open = async (manager: TenantConnectionManager, tenant: ResolvedTenant) => {
    looks(tenant);
    return manager.getConnection(tenant);
  };

  it('gives tenants of the shared database its connection, without opening anything', async () => {
    const { manager } = aManager();
    expect(manager.getCached(aTenant())).toBe(root);
    expect(await manager.getConnection(aTenant())).toBe(root);
    expect(manager.size).toBe(0);
  });

  it('gives a tenant the same connection again, through the one client, with models of its own', async () => {
    const { manager } = aManager();
    const tenant = dedicated();
    expect(manager.getCached(tenant)).toBeUndefined();
    const connection = await open(manager, tenant);
    expect(connection).toBe(manager.getCached(tenant));
    expect(await manager.getConnection(tenant)).toBe(connection);
    expect(connection.getClient()).toBe(root.getClient());
    expect(connection.name).toBe(`${root.name}_t_${tenant.id}`);
    expect(Object.keys(connection.models)).toEqual(['Invoice']);
  });

  it('opens once for all who come first, and again for those who come after a failure', async () => {
    const { manager, metric } = aManager();
    const tenant = dedicated();
    looks(tenant);
    const prepared = preparations(1);
    const before = kept();
    const first = await Promise.allSettled([1, 2, 3].map(() => manager.getConnection(tenant)));
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect([prepared.length, manager.size, kept()]).toEqual([1, 0, before]);
    const second = await Promise.all([1, 2, 3].map(() => manager.getConnection(tenant)));
    expect(new Set(second).size).toBe(1);
    expect(prepared).toHaveLength(2);
    expect(await metric('tenant_connections_closed_total')).toMatchObject([
      { labels: { reason: 'failed' }, value: 1 },
    ]);
  });

  it('keeps those last used, and prepares no database twice', async () => {
    const { manager, metric } = aManager({ maxResting: 2 });
    const prepared = preparations();
    const [a, b, c] = [dedicated(), dedicated(), dedicated()];
    await open(manager, a);
    await open(manager, b);
    await open(manager, a);
    await open(manager, c);
    expect(manager.getCached(a)).toBeDefined();
    expect(manager.getCached(b)).toBeUndefined();
    await open(manager, b);
    expect(prepared).toHaveLength(3);
    expect(await metric('tenant_connections_open')).toMatchObject([{ value: 2 }]);
    expect(await metric('tenant_connections_opened_total')).toMatchObject([{ value: 4 }]);
    expect(await metric('tenant_connections_closed_total')).toMatchObject([
      { labels: { reason: 'evicted' }, value: 2 },
    ]);
  });

  it('closes none that is in use, however many others come; and closes it when it has been idle', async () => {
    const { manager, metric } = aManager({ maxResting: 1, idleMs: 40 });
    const tenant = dedicated();
    looks(tenant);
    await manager.use(tenant, async (connection) => {
      for (let other = 0; other < 5; other += 1) await open(manager, dedicated());
      await until(() => manager.size === 1);
      expect(manager.getCached(tenant)).toBe(connection);
    });
    await until(() => manager.size === 0);
    expect(await metric('tenant_connections_closed_total')).toEqual(
      expect.arrayContaining([expect.objectContaining({ labels: { reason: 'idle' } })]),
    );
  });

  it('lets a stream end that was begun before its connection was closed', async () => {
    const small = await anIsolationWorld({ maxResting: 1 });
    const tenant = dedicated();
    await small.as(tenant, () => small.invoices.createMany(Array.from({ length: 5 }, () => anInvoice())));
    let read = 0;
    for await (const invoice of small.as(tenant, () => small.invoices.stream())) {
      expect(invoice.tenantId.toHexString()).toBe(tenant.id);
      read += 1;
      await small.as(dedicated(), () => small.invoices.count());
      expect(small.connections.getCached(tenant)).toBeUndefined();
    }
    expect(read).toBe(5);
    await small.close();
  });

  it('closes everything at shutdown, what is in use when it is given back', async () => {
    const { manager, metric } = aManager();
    const before = kept();
    await open(manager, dedicated());
    const tenant = dedicated();
    looks(tenant);
    await manager.use(tenant, () => {
      manager.onModuleDestroy();
      expect(manager.size).toBe(1);
      return Promise.resolve();
    });
    expect([manager.size, kept()]).toEqual([0, before]);
    expect(await metric('tenant_connections_closed_total')).toMatchObject([
      { labels: { reason: 'shutdown' }, value: 2 },
    ]);
  });

  it('looks at a database in passing without keeping or building anything', async () => {
    const { manager } = aManager({ maxResting: 1 });
    const resident = dedicated();
    await open(manager, resident);
    const [before, tenant] = [kept(), dedicated()];
    await manager.visit(tenant, (connection) => Promise.resolve(connection.name));
    expect(await looks(tenant).listCollections().toArray()).toEqual([]);
    expect(manager.getCached(resident)).toBeDefined();
    expect([manager.size, kept()]).toEqual([1, before]);
  });

  it('forgets a database that it looked at in passing, though the look failed; keeps one that is open', async () => {
    const { manager } = aManager();
    const before = kept();
    const fail = () => Promise.reject(new Error('no'));
    await expect(manager.visit(dedicated(), fail)).rejects.toThrow('no');
    expect(kept()).toBe(before);
    const resident = dedicated();
    const connection = await open(manager, resident);
    await manager.visit(resident, (seen) => Promise.resolve(expect(seen).toBe(connection)));
    await manager.visit(aTenant(), (seen) => Promise.resolve(expect(seen).toBe(root)));
    expect([manager.getCached(resident), kept()]).toEqual([connection, before + 1]);
  });

  it('keeps a connection until the last of its users has given it back, also one who failed', async () => {
    const { manager } = aManager({ maxResting: 1 });
    const tenant = dedicated();
    await open(manager, tenant);
    let end = () => {};
    const long = manager.use(tenant, () => new Promise<void>((resolve) => (end = resolve)));
    await expect(manager.use(tenant, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    for (let other = 0; other < 2; other += 1) await open(manager, dedicated());
    expect(manager.getCached(tenant)).toBeDefined();
    end();
    await long;
    expect(manager.size).toBe(1);
    await open(manager, dedicated());
    expect(manager.getCached(tenant)).toBeUndefined();
  });

  it('has a transaction run again that began before the database was complete, no other work', async () => {
    const { manager } = aManager();
    const tenant = dedicated();
    const name = ({ name }: Connection) => Promise.resolve(name);
    const within = (inTransaction: boolean) => ({ inTransaction: () => inTransaction }) as ClientSession;
    const early: unknown = await manager.use(tenant, name, within(true)).catch((error: unknown) => error);
    expect((early as mongo.MongoError).hasErrorLabel('TransientTransactionError')).toBe(true);
    const own = looks(tenant).databaseName;
    expect(await looks(tenant).listCollections().toArray()).not.toEqual([]);
    expect(await manager.use(tenant, name, within(true))).toBe(own);
    const another = dedicated();
    expect(await manager.use(another, name, within(false))).toBe(looks(another).databaseName);
    expect(await manager.use(aTenant(), name, within(true))).toBe(root.name);
  });

  it('sweeps four times in the time that a connection may rest, until shutdown; for that alone no process stays', () => {
    const [begun, ended] = [jest.spyOn(global, 'setInterval'), jest.spyOn(global, 'clearInterval')];
    const sweeps = [{ idleMs: 400 }, { idleMs: 4 }, {}].map((limits) => aManager(limits).manager);
    const timers = begun.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect(begun.mock.calls.map(([, every]) => every)).toEqual([100, 10, 75_000]);
    expect(timers.map((timer) => timer.hasRef())).toEqual([false, false, false]);
    sweeps.forEach((manager) => manager.onModuleDestroy());
    expect(ended.mock.calls.map(([timer]) => timer)).toEqual(timers);
    begun.mockRestore();
    ended.mockRestore();
  });

  it('says that MongoDB is not reachable rather than wait for it', async () => {
    const gone = await anIsolationWorld();
    await gone.connection.close();
    await expect(gone.connections.getConnection(dedicated())).rejects.toMatchObject({ code: 'unavailable' });
    expect(gone.connections.size).toBe(0);
    await gone.close();
  });
});
