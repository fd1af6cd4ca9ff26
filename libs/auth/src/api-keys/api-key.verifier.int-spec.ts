import { authBench, type AuthBench } from '../testing/auth-bench';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { formatApiKey, newApiKey, parseApiKey } from './api-key.format';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyService } from './api-key.service';
import { ApiKeyVerifier } from './api-key.verifier';

let bench: AuthBench;
let tenant: ResolvedTenant;
beforeAll(async () => {
  bench = await authBench();
  tenant = await bench.tenant();
});
afterAll(() => bench.close());

const create = (expiresAt: Date | null = null) =>
  bench.within(tenant, () =>
    bench.module.get(ApiKeyService).create({ name: 'server', scopes: ['payments:read'], expiresAt }),
  );
const verify = (text: string, now?: number) => bench.module.get(ApiKeyVerifier).verify(text, now);
const keys = () => bench.module.get(ApiKeyRepository);

describe('An API key', () => {
  it('names its tenant and scopes, in no context at all', async () => {
    const { key, secret } = await create();
    await expect(verify(secret)).resolves.toEqual({
      type: 'api-key',
      id: key._id.toString(),
      tenantId: tenant.id,
      scopes: ['payments:read'],
    });
  });

  it('is stored without its secret', async () => {
    const { key, secret } = await create();
    const stored = JSON.stringify(await bench.within(tenant, () => keys().findById(key._id)));
    expect(stored).toContain(key.prefix);
    expect(stored).not.toContain(parseApiKey(secret)!.secret);
  });

  it('is refused with another secret, of another prefix, and malformed: with the same words', async () => {
    const { key } = await create();
    const other = newApiKey();
    const refusals = await Promise.all(
      [formatApiKey({ prefix: key.prefix, secret: other.secret }), formatApiKey(other), 'sk_x', ''].map(
        (text) => verify(text).catch((error: Error) => error),
      ),
    );
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'unauthenticated' });
    expect(new Set(refusals.map((refusal) => (refusal as Error).message)).size).toBe(1);
  });

  it('ends at its expiry', async () => {
    const now = Date.now();
    const { secret } = await create(new Date(now + 60_000));
    await expect(verify(secret, now + 59_999)).resolves.toMatchObject({ type: 'api-key' });
    await expect(verify(secret, now + 60_000)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it.each(['revoked', 'deleted'])('is refused from the moment it has been %s', async (how) => {
    const { key, secret } = await create();
    await verify(secret);
    await bench.within(tenant, () =>
      how === 'deleted'
        ? keys().delete({ _id: key._id }, null)
        : keys().updateOne({ _id: key._id }, { $set: { revokedAt: new Date() } }),
    );
    await expect(verify(secret)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('notes its last use, and not again within a minute', async () => {
    const { key, secret } = await create();
    const lastUse = async () => (await bench.within(tenant, () => keys().findById(key._id)))?.lastUsedAt;
    const now = Date.now();
    await verify(secret, now);
    for (let tries = 0; tries < 100 && (await lastUse()) === null; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await lastUse()).toEqual(new Date(now));
    await verify(secret, now + 59_000);
    expect(await lastUse()).toEqual(new Date(now));
  });
});
