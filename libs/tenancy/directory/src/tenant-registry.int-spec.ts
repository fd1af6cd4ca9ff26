import { randomBytes } from 'node:crypto';
import mongoose, { Types, type Connection } from 'mongoose';
import { TransactionRunner } from '@financeops/core/mongo';
import type { TenantDirectory } from './tenant-directory';
import { TenantRegistry } from './tenant-registry';
import { Tenant, TenantSchema } from './tenant.schema';
import { TenantStore } from './tenant.store';

const branding = { displayName: 'B', primaryColor: '#112233', logoUrl: null };
const nobody = new Types.ObjectId().toHexString();

describe('The list of tenants', () => {
  let connection: Connection;
  let store: TenantStore;
  let registry: TenantRegistry;
  let transactions: TransactionRunner;
  const invalidate = jest.fn((_id: string, _revision: number) => Promise.resolve());

  beforeAll(async () => {
    connection = await mongoose
      .createConnection(process.env['TEST_MONGODB_URI']!, {
        dbName: `tenants_${randomBytes(6).toString('hex')}`,
      })
      .asPromise();
    const model = connection.model<Tenant>(Tenant.name, TenantSchema);
    await model.createCollection();
    await model.createIndexes();
    store = new TenantStore(model);
    transactions = new TransactionRunner(connection);
    registry = new TenantRegistry(store, { invalidate } as unknown as TenantDirectory, transactions);
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });
  beforeEach(() => invalidate.mockClear());

  const slug = () => `t-${randomBytes(6).toString('hex')}`;
  const create = (fields: Partial<Parameters<TenantRegistry['create']>[0]> = {}) =>
    registry.create({ slug: slug(), name: 'A tenant', tier: 'STARTER', ...fields });

  describe('A new tenant', () => {
    it('is active, without domains, overrides or branding of its own, in the shared database', async () => {
      const name = slug();
      const { id, snapshot } = await create({ slug: name });
      expect(snapshot).toEqual({
        ...{ id, slug: name, name: 'A tenant', tier: 'STARTER', isActive: true, placement: 'shared' },
        ...{ domains: [], overrides: null },
        branding: { displayName: null, primaryColor: null, logoUrl: null },
        createdAt: expect.any(String) as string,
        updatedAt: snapshot.createdAt,
      });
      expect((await registry.get(id)).snapshot).toEqual(snapshot);
      expect(invalidate.mock.calls).toEqual([[id, 1]]);
    });

    it('has of its branding what it was given', async () => {
      const { snapshot } = await create({
        branding: { displayName: 'B' },
        placement: 'dedicated',
        tier: 'ENTERPRISE',
      });
      expect(snapshot).toMatchObject({
        branding: { displayName: 'B', primaryColor: null, logoUrl: null },
        placement: 'dedicated',
        tier: 'ENTERPRISE',
      });
    });

    it('comes with what is made for it, or not at all', async () => {
      const name = slug();
      const made: string[] = [];
      const fail = registry.create({ slug: name, name, tier: 'STARTER' }, (tenant) => {
        made.push(tenant.id);
        return Promise.reject(new Error('no'));
      });
      await expect(fail).rejects.toThrow('no');
      expect(await store.find({ by: 'slug', value: name })).toBeNull();
      expect(invalidate).not.toHaveBeenCalled();
      const tenant = await registry.create({ slug: name, name, tier: 'STARTER' }, ({ id }) => {
        made.push(id);
        return Promise.resolve();
      });
      expect(made).toEqual([expect.any(String), tenant.id]);
    });

    it.each(['admin', 'www', 'Upper', 'a'.repeat(24), 'a'.repeat(64), '-x', 'x-', 'a_b', '', 'x\n'])(
      'is not called %j',
      async (name) => {
        const faulty = [
          { pointer: '/slug', message: expect.stringMatching(/must be a DNS label/) as string },
        ];
        await expect(create({ slug: name })).rejects.toMatchObject({
          code: 'validation-failed',
          errors: faulty,
        });
      },
    );

    it('does not get a slug that is taken', async () => {
      const { slug: taken } = await create();
      await expect(create({ slug: taken })).rejects.toMatchObject({
        code: 'conflict',
        message: 'This slug is taken.',
        errors: [{ pointer: '/slug', message: 'is taken' }],
      });
    });

    it('of a tier that there isn’t, is an error of the code, not of the slug', async () => {
      await expect(create({ tier: 'GOLD' as never })).rejects.toThrow(/GOLD/);
    });
  });

  describe('A change', () => {
    it('is stored with a revision of its own, and announced with it', async () => {
      const { id } = await create();
      const renamed = slug();
      const changed = await registry.change(id, { slug: renamed, isActive: false, branding });
      expect(changed.snapshot).toMatchObject({ slug: renamed, isActive: false, branding, name: 'A tenant' });
      await registry.change(id, { name: 'Another' });
      expect(await store.find({ by: 'id', value: id })).toMatchObject({
        revision: 3,
        snapshot: { slug: renamed, name: 'Another' },
      });
      expect(invalidate.mock.calls).toEqual([
        [id, 1],
        [id, 2],
        [id, 3],
      ]);
    });

    it('is refused for a slug that is taken or none, and changes nothing', async () => {
      const [one, other] = [await create(), await create()];
      await expect(registry.change(one.id, { slug: other.slug, name: 'x' })).rejects.toMatchObject({
        code: 'conflict',
      });
      await expect(registry.change(one.id, { slug: 'api' })).rejects.toMatchObject({
        code: 'validation-failed',
      });
      expect(await store.find({ by: 'id', value: one.id })).toMatchObject({
        revision: 1,
        snapshot: { slug: one.slug, name: 'A tenant' },
      });
    });

    it('is undone with the transaction that it is part of', async () => {
      const { id } = await create();
      const work = transactions.run(async () => {
        await store.update(id, { name: 'x' });
        throw new Error('no');
      });
      await expect(work).rejects.toThrow('no');
      expect((await registry.get(id)).snapshot.name).toBe('A tenant');
    });
  });

  it('A slug names its tenant, and nobody else', async () => {
    const [one, other] = [await create(), await create()];
    for (const tenant of [other, one]) {
      expect((await store.find({ by: 'slug', value: tenant.slug }))?.snapshot).toEqual(tenant.snapshot);
    }
    expect(await store.find({ by: 'slug', value: slug() })).toBeNull();
  });

  it('Tenants that have changed since a moment, or in it, are known with their revisions', async () => {
    const made = [await create(), await create(), await create()];
    const [before, at, after] = made.map(({ id }) => new Types.ObjectId(id));
    const since = new Date(Date.now() + 3_600_000);
    const touch = (_id: Types.ObjectId | undefined, later: number, revision: number) =>
      connection
        .collection<{ _id: Types.ObjectId | undefined }>('tenants')
        .updateOne({ _id }, { $set: { updatedAt: new Date(since.getTime() + later), revision } });
    await Promise.all([touch(before, -1, 2), touch(at, 0, 3), touch(after, 1, 4)]);
    const changed = await store.changedSince(since);
    expect(changed.toSorted((a, b) => a.revision - b.revision)).toEqual([
      { id: at!.toHexString(), revision: 3 },
      { id: after!.toHexString(), revision: 4 },
    ]);
  });

  it('Nobody is "not found", whatever is asked of him', async () => {
    for (const ask of [
      () => registry.get(nobody),
      () => registry.change(nobody, { name: 'x' }),
      () => registry.domains(nobody),
      () => registry.serialize(nobody),
      () => registry.changeDomains(nobody, (domains) => Promise.resolve(domains)),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
    }
    expect(invalidate).not.toHaveBeenCalled();
  });

  describe('Domains', () => {
    const domain = (verified: boolean) => ({
      domain: `${slug()}.example`,
      verifiedAt: verified ? new Date(0) : null,
      challenge: 'c',
    });

    it('name the tenant once they are proved', async () => {
      const { id } = await create();
      const [proved, pending] = [domain(true), domain(false)];
      expect(await registry.changeDomains(id, (had) => Promise.resolve([...had, proved]))).toEqual([proved]);
      expect(await registry.changeDomains(id, (had) => Promise.resolve([...had, pending]))).toEqual([
        proved,
        pending,
      ]);
      expect(await registry.domains(id)).toEqual([proved, pending]);
      expect((await registry.get(id)).snapshot.domains).toEqual([proved.domain]);
      expect((await store.find({ by: 'domain', value: proved.domain }))?.snapshot.id).toBe(id);
      expect(await store.find({ by: 'domain', value: pending.domain })).toBeNull();
      expect(invalidate.mock.calls.slice(1)).toEqual([
        [id, 2],
        [id, 3],
      ]);
    });

    it('are, in a transaction, what it has made of them so far', async () => {
      const { id } = await create();
      const asked = domain(false);
      await transactions.run(async () => {
        await store.update(id, { domains: [asked] });
        expect(await registry.domains(id)).toEqual([asked]);
      });
    });

    it('changed by two at once are both there', async () => {
      const { id } = await create();
      const added = Array.from({ length: 4 }, () => domain(false));
      await Promise.all(
        added.map((one) => registry.changeDomains(id, (had) => Promise.resolve([...had, one]))),
      );
      expect((await registry.domains(id)).map((had) => had.domain).toSorted()).toEqual(
        added.map((one) => one.domain).toSorted(),
      );
    });
  });

  it('Serializing makes a transaction wait, gives the tenant as stored, and is no change of it', async () => {
    const { id, snapshot } = await create();
    expect((await registry.serialize(id)).snapshot).toEqual(snapshot);
    expect(await store.find({ by: 'id', value: id })).toMatchObject({ revision: 1, snapshot });
    let running = 0;
    const alone = () =>
      transactions.run(async () => {
        await registry.serialize(id);
        running += 1;
        expect(running).toBe(1);
        // As long as it takes another to begin, and to meet the conflict.
        for (let round = 0; round < 10; round += 1) await registry.get(id);
        running -= 1;
      });
    await Promise.all([alone(), alone(), alone()]);
  });

  it('Pages go through all tenants, newest first, each once', async () => {
    await connection.collection('tenants').deleteMany({});
    const same = new Date(5_000);
    const made = Array.from({ length: 5 }, (_, at) => ({
      ...{ _id: new Types.ObjectId(), slug: slug(), name: `${at}`, tier: 'STARTER', isActive: true },
      ...{ branding, domains: [], overrides: null, revision: 1, serial: 0 },
      placement: at === 1 ? 'dedicated' : 'shared',
      createdAt: at < 3 ? same : new Date(5_000 + at),
      updatedAt: same,
    }));
    await connection.collection('tenants').insertMany(made);
    const seen: string[] = [];
    let after: Parameters<TenantRegistry['page']>[1] = null;
    const sizes: number[] = [];
    do {
      const { tenants, next } = await registry.page(2, after);
      sizes.push(tenants.length);
      seen.push(...tenants.map(({ snapshot }) => snapshot.name));
      after = next;
    } while (after !== null);
    expect(seen).toEqual(['4', '3', '2', '1', '0']);
    expect(sizes).toEqual([2, 2, 1]);
    expect((await registry.page(5, null)).next).toBeNull();
    for (const limit of [1, 3]) {
      const last = made.at(-limit)!;
      expect((await registry.page(limit, null)).next).toEqual({
        createdAt: last.createdAt,
        id: last._id.toHexString(),
      });
    }
    expect((await registry.dedicated()).map(({ snapshot }) => snapshot.name)).toEqual(['1']);
  });
});
