import type { ResolvedTenant, Scope } from '@financeops/tenancy/context';
import { authBench, type AuthBench } from '../testing/auth-bench';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyService, type NewApiKey } from './api-key.service';
import { ApiKeyVerifier } from './api-key.verifier';

/** Two processes, as far as MongoDB can tell. */
let bench: AuthBench;
let other: AuthBench;
let tenant: ResolvedTenant;
beforeAll(async () => {
  bench = await authBench();
  other = await authBench({ database: bench.database });
});
beforeEach(async () => {
  tenant = await bench.tenant();
});
afterAll(async () => {
  await bench.close();
  await other.close();
});

const scopes: Scope[] = ['payments:read'];
const within = <R>(work: (keys: ApiKeyService) => Promise<R>, where = bench) =>
  where.within(tenant, () => work(where.module.get(ApiKeyService)));
const create = (more: Partial<NewApiKey> = {}) =>
  within((keys) => keys.create({ name: 'server', scopes, ...more }));
const verify = (secret: string, now?: number, where = bench) =>
  where.module.get(ApiKeyVerifier).verify(secret, now);
const idOf = ({ key }: { key: { _id: object } }) => String(key._id);
const refused = { code: 'unauthenticated' };

describe('A revoked key', () => {
  it('is refused on another process by the next request, in 50 rounds', async () => {
    for (let round = 0; round < 50; round += 1) {
      const created = await create();
      await verify(created.secret, undefined, other);
      await within((keys) => keys.revoke(idOf(created)));
      await expect(verify(created.secret, undefined, other)).rejects.toMatchObject(refused);
    }
  });

  it('is gone: not found, not listed, not revoked again', async () => {
    const [kept, created] = [await create(), await create()];
    await within((keys) => keys.revoke(idOf(created)));
    await expect(within((keys) => keys.get(idOf(created)))).rejects.toMatchObject({ code: 'not-found' });
    await expect(within((keys) => keys.revoke(idOf(created)))).rejects.toMatchObject({ code: 'not-found' });
    const { items } = await within((keys) => keys.list(10, null));
    expect(items.map(({ _id }) => _id)).toEqual([kept.key._id]);
  });
});

describe('A rolled key', () => {
  it('is replaced by one of the same name, scopes and expiry, and without overlap is over at once', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const old = await create({ expiresAt });
    const next = await within((keys) => keys.roll(idOf(old), 0));
    expect(next.key).toMatchObject({ name: 'server', scopes, expiresAt, lastUsedAt: null });
    expect(idOf(next)).not.toBe(idOf(old));
    await expect(verify(next.secret, undefined, other)).resolves.toMatchObject({ id: idOf(next) });
    await expect(verify(old.secret, undefined, other)).rejects.toMatchObject(refused);
    await expect(within((keys) => keys.get(idOf(old)))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('works for its overlap, then no more; meanwhile it can be revoked and not rolled again', async () => {
    const old = await create();
    await within((keys) => keys.roll(idOf(old), 60));
    await expect(verify(old.secret, Date.now() + 50_000)).resolves.toMatchObject({ id: idOf(old) });
    await expect(verify(old.secret, Date.now() + 60_000)).rejects.toMatchObject(refused);
    await expect(within((keys) => keys.roll(idOf(old), 60))).rejects.toMatchObject({ code: 'invalid-state' });
    await within((keys) => keys.revoke(idOf(old)));
    await expect(verify(old.secret)).rejects.toMatchObject(refused);
  });

  it('is gone when its overlap is', async () => {
    const old = await create();
    await within((keys) => keys.roll(idOf(old), 60));
    const past = { $set: { overlapUntil: new Date(Date.now() - 1) } };
    await bench.within(tenant, () => bench.module.get(ApiKeyRepository).updateOne({ _id: idOf(old) }, past));
    await expect(within((keys) => keys.get(idOf(old)))).rejects.toMatchObject({ code: 'not-found' });
    const { items } = await within((keys) => keys.list(10, null));
    expect(items).toHaveLength(1);
  });

  it('has one successor, by however many requests it was rolled at once', async () => {
    for (const overlap of [0, 60]) {
      tenant = await bench.tenant();
      const old = await create();
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, turn) =>
          within((keys) => keys.roll(idOf(old), overlap), turn % 2 === 0 ? bench : other),
        ),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { items } = await within((keys) => keys.list(10, null));
      expect(items).toHaveLength(overlap === 0 ? 1 : 2);
    }
  });

  it('has not expired before', async () => {
    const expired = await create({ expiresAt: new Date(Date.now() - 1) });
    await expect(within((keys) => keys.roll(idOf(expired), 0))).rejects.toMatchObject({
      code: 'invalid-state',
    });
    await expect(within((keys) => keys.get(idOf(expired)))).resolves.toMatchObject({ name: 'server' });
  });
});

it("keys of another tenant can't be found, revoked or rolled", async () => {
  const created = await create();
  tenant = await bench.tenant();
  const notFound = { code: 'not-found' };
  await expect(within((keys) => keys.get(idOf(created)))).rejects.toMatchObject(notFound);
  await expect(within((keys) => keys.revoke(idOf(created)))).rejects.toMatchObject(notFound);
  await expect(within((keys) => keys.roll(idOf(created), 0))).rejects.toMatchObject(notFound);
  await expect(verify(created.secret)).resolves.toMatchObject({ id: idOf(created) });
});
