import { afterCommit, currentSession as session } from '@financeops/core/mongo';
import { TenantContextService } from '@financeops/tenancy/context';
import { aTenant, anInvoice, anIsolationWorld, type IsolationWorld } from '../../testing/isolation.fixture';
import { probeWire } from '../wire-probe/wire-probe';

describe('a tenant with a database of its own', () => {
  let world: IsolationWorld;
  let stop: () => void;
  const contexts = new TenantContextService();
  beforeAll(async () => {
    world = await anIsolationWorld();
    stop = probeWire(world.connection);
  });
  afterAll(async () => {
    stop();
    await world.close();
  });

  const create = (tenant = aTenant(undefined, 'dedicated')) =>
    world.as(tenant, () => world.invoices.create(anInvoice()));
  const count = (tenant: ReturnType<typeof aTenant>) => world.as(tenant, () => world.invoices.count());
  const named = (tenant: ReturnType<typeof aTenant>) => world.rawOf(tenant).collection('invoices');

  it('keeps its documents there and nowhere else, indexes included', async () => {
    const tenant = aTenant(undefined, 'dedicated');
    const { _id } = await create(tenant);
    expect(await named(tenant).countDocuments({ _id })).toBe(1);
    expect(await world.raw.collection('invoices').countDocuments({ _id })).toBe(0);
    const indexes = await named(tenant).indexes();
    expect(indexes.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        { tenantId: 1, createdAt: -1, _id: -1 },
        { tenantId: 1, reference: 1 },
      ]),
    );
  });

  it('holds its uniqueness from the first write on, of many at once', async () => {
    const tenant = aTenant(undefined, 'dedicated');
    const reference = 'the same';
    const created = await Promise.allSettled(
      Array.from({ length: 10 }, () =>
        world.as(tenant, () => world.invoices.create(anInvoice({ reference }))),
      ),
    );
    expect(created.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('sees nothing of what others left in its database, nor of its own elsewhere', async () => {
    const tenant = aTenant(undefined, 'dedicated');
    const neighbour = aTenant();
    const { _id } = await create(neighbour);
    await create(tenant);
    const foreign = await world.raw.collection('invoices').findOne({ _id });
    await named(tenant).insertOne(foreign!);
    expect(await count(tenant)).toBe(1);
    expect(await world.as(tenant, () => world.invoices.findById(_id))).toBeNull();
  });

  it('is served wholly from where it was when the work began, and from the other place afterwards', async () => {
    const before = aTenant();
    const after = aTenant(before.id, 'dedicated');
    await create(before);
    await world.as(before, async () => {
      await create(after);
      await create(after);
      expect(await world.invoices.count()).toBe(1);
      const asked = world.invoices.find();
      const streamed = world.invoices.stream();
      const [found, read] = await world.as(after, async () => {
        const seen = [];
        for await (const one of streamed) seen.push(one);
        return [await asked, seen];
      });
      expect([found.length, read.length]).toEqual([1, 1]);
    });
    expect(await count(after)).toBe(2);
  });

  it('is in one transaction with the shared collections: all of it, or nothing', async () => {
    const tenant = aTenant(undefined, 'dedicated');
    await create(tenant);
    const rates = world.connection.model<{ currency: string }>('Rate');
    const effects: string[] = [];
    const attempt = (currency: string, fails: boolean) =>
      world.as(tenant, () =>
        world.transactions.run(async () => {
          await world.invoices.create(anInvoice({ reference: currency }));
          await rates.updateOne({ currency }, { $set: { rate: 2 } }, { upsert: true, session: session() });
          afterCommit(() => effects.push(currency));
          if (fails) throw new Error('undone');
        }),
      );
    await expect(attempt('CHF', true)).rejects.toThrow('undone');
    expect([await count(tenant), await world.raw.collection('rates').countDocuments()]).toEqual([1, 0]);
    await attempt('EUR', false);
    expect([await count(tenant), await world.raw.collection('rates').countDocuments()]).toEqual([2, 1]);
    expect(effects).toEqual(['EUR']);
  });

  it('is opened within a transaction where that is its first use', async () => {
    const tenant = aTenant(undefined, 'dedicated');
    await world.as(tenant, () =>
      world.transactions.run(async () => {
        await world.connection
          .model<{ currency: string }>('Rate')
          .updateOne({ currency: tenant.id }, { $set: { rate: 2 } }, { upsert: true, session: session() });
        await world.invoices.create(anInvoice());
        await world.invoices.create(anInvoice());
      }),
    );
    expect(await count(tenant)).toBe(2);
  });

  it("refuses a context with another tenant's connection, for both kinds of tenants", async () => {
    const tenant = aTenant(undefined, 'dedicated');
    const other = aTenant(undefined, 'dedicated');
    const connection = await world.connections.getConnection(other);
    for (const victim of [tenant, aTenant()]) {
      const context = { tenant: victim, resolvedVia: 'job' as const, resolvedAt: 0, connection };
      await expect(contexts.run(context, () => world.invoices.find())).rejects.toMatchObject({
        code: 'cross-tenant-access',
      });
    }
    await expect(
      contexts.run({ tenant, resolvedVia: 'job', resolvedAt: 0, connection: world.connection }, () =>
        world.invoices.find(),
      ),
    ).rejects.toMatchObject({ code: 'cross-tenant-access' });
    expect(world.audit.violations.at(-1)).toMatchObject({ tenantId: tenant.id, net: 'repository' });
  });

  it('cannot look up what is shared, and is told so; a tenant of the shared database can', async () => {
    const tenant = aTenant(undefined, 'dedicated');
    const look = () => world.invoices.aggregate([{ $lookup: { from: 'rates', pipeline: [], as: 'rates' } }]);
    await expect(world.as(tenant, look)).rejects.toThrow(
      /"rates", which no schema describes in this database/,
    );
    await expect(world.as(aTenant(), look)).resolves.toEqual([]);
  });
});
