import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { ApiKeyService } from './api-keys/api-key.service';
import { JwtAndApiKeyVerifier } from './jwt-and-api-key.verifier';
import { SuperAdminService } from './super-admins/super-admin.service';
import { authBench, type AuthBench } from './testing/auth-bench';
import type { UserPrincipal } from './tokens/access-token.claims';
import { AccessTokenIssuer } from './tokens/access-token.issuer';
import { UserRepository } from './users/user.repository';
import { UserService } from './users/user.service';

const PREVIOUS = randomBytes(32).toString('hex');
const PASSWORD = 'a password of some length';
const refused = { code: 'unauthenticated' };

let bench: AuthBench;
let tenant: ResolvedTenant;
let admin: UserPrincipal & { type: 'user' };
beforeAll(async () => {
  bench = await authBench({ previous: [PREVIOUS] });
});
afterAll(() => bench.close());
beforeEach(async () => {
  tenant = await bench.tenant();
  const user = await bench.within(tenant, () =>
    bench.module.get(UserService).create({ email: 'ada@bank.example', password: PASSWORD, role: 'ADMIN' }),
  );
  admin = { type: 'user', id: user._id.toString(), tenantId: tenant.id, role: 'ADMIN' };
});

const seconds = () => Math.floor(Date.now() / 1000);
const verify = (headers: IncomingHttpHeaders) => bench.module.get(JwtAndApiKeyVerifier).verify({ headers });
const tokenOf = (person: UserPrincipal, tokenVersion = 0) =>
  bench.module.get(AccessTokenIssuer).issue({ person, tokenVersion }, seconds());
const bearer = async (person: UserPrincipal) => ({ authorization: `Bearer ${await tokenOf(person)}` });
const keyOf = async (owner: ResolvedTenant) => {
  const { secret } = await bench.within(owner, () =>
    bench.module.get(ApiKeyService).create({ name: 'server', scopes: ['payments:write'] }),
  );
  return { 'x-api-key': secret };
};
const change = (work: (users: UserRepository) => Promise<unknown>) =>
  bench.within(tenant, () => work(bench.module.get(UserRepository)));
/** Asks until the answer is no. How soon that has to be is live-accounts.spec.ts's, on a clock of its own. */
const ends = async (headers: IncomingHttpHeaders): Promise<boolean> => {
  for (let tries = 0; tries < 400; tries += 1) {
    const refusal = await verify(headers).then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal !== null) {
      expect(refusal).toMatchObject(refused);
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
};

describe('What a request carries', () => {
  it('may be nothing', async () => {
    await expect(verify({ host: 'x' })).resolves.toBeNull();
  });

  it('is a credential also when it is empty', async () => {
    await expect(verify({ authorization: '' })).rejects.toMatchObject(refused);
    await expect(verify({ 'x-api-key': '' })).rejects.toMatchObject(refused);
  });

  it('names a user by token, and a key by key', async () => {
    await expect(verify(await bearer(admin))).resolves.toEqual(admin);
    await expect(verify(await keyOf(tenant))).resolves.toMatchObject({
      type: 'api-key',
      tenantId: tenant.id,
    });
  });

  it('may be both of one tenant: the token decides who it is', async () => {
    await expect(verify({ ...(await bearer(admin)), ...(await keyOf(tenant)) })).resolves.toEqual(admin);
  });

  it('is refused when token and key are of two tenants, or one of them is not valid', async () => {
    const [token, key] = [await bearer(admin), await keyOf(tenant)];
    await expect(verify({ ...token, ...(await keyOf(await bench.tenant())) })).rejects.toMatchObject(refused);
    await expect(verify({ ...token, 'x-api-key': 'sk_nothing' })).rejects.toMatchObject(refused);
    await expect(verify({ ...key, authorization: 'Bearer nothing' })).rejects.toMatchObject(refused);
    await expect(verify({ ...key, authorization: 'Basic YTpi' })).rejects.toMatchObject(refused);
  });

  it('is refused when a key stands beside a super-admin, who has no tenant', async () => {
    const id = await bench.module
      .get(SuperAdminService)
      .create({ email: 'operator@financeops.example', password: PASSWORD });
    const operator = await bearer({ type: 'super-admin', id, role: 'SUPER_ADMIN' });
    await expect(verify(operator)).resolves.toMatchObject({ type: 'super-admin', id });
    await expect(verify({ ...operator, ...(await keyOf(tenant)) })).rejects.toMatchObject(refused);
  });
});

describe('An access token', () => {
  it('signed before the secret was changed works on', async () => {
    const old = await authBench({ current: PREVIOUS });
    try {
      const token = await old.module
        .get(AccessTokenIssuer)
        .issue({ person: admin, tokenVersion: 0 }, seconds());
      await expect(verify({ authorization: `Bearer ${token}` })).resolves.toEqual(admin);
    } finally {
      await old.close();
    }
  });

  it('of somebody who never existed is refused, though rightly signed', async () => {
    await expect(verify(await bearer({ ...admin, id: 'e'.repeat(24) }))).rejects.toMatchObject(refused);
    await expect(verify(await bearer({ ...admin, tenantId: 'e'.repeat(24) }))).rejects.toMatchObject(refused);
  });

  it("of one tenant's user in another tenant's name is refused", async () => {
    const other = await bench.tenant();
    await expect(verify(await bearer({ ...admin, tenantId: other.id }))).rejects.toMatchObject(refused);
  });

  it('signed by nobody we know is refused', async () => {
    const [header, payload] = (await tokenOf(admin)).split('.');
    const signature = createHmac('sha256', 'x'.repeat(32)).update(`${header}.${payload}`).digest('base64url');
    await expect(verify({ authorization: `Bearer ${header}.${payload}.${signature}` })).rejects.toMatchObject(
      refused,
    );
  });

  it('ends with the removal of its user', async () => {
    const headers = await bearer(admin);
    await verify(headers);
    await change((users) => users.delete({ _id: admin.id }, null));
    await expect(ends(headers)).resolves.toBe(true);
  });

  it('ends with a lower role, while one of the lower role works', async () => {
    const headers = await bearer(admin);
    await verify(headers);
    await change((users) => users.updateOne({ _id: admin.id }, { $set: { role: 'VIEWER' } }));
    await expect(ends(headers)).resolves.toBe(true);
    await expect(verify(await bearer({ ...admin, role: 'VIEWER' }))).resolves.toMatchObject({
      role: 'VIEWER',
    });
  });

  it('ends with all others of its user, while later ones work', async () => {
    const headers = await bearer(admin);
    await verify(headers);
    await change((users) => users.updateOne({ _id: admin.id }, { $set: { tokenVersion: 1 } }));
    // At once: what this process knows of the user is older than the token.
    await expect(verify({ authorization: `Bearer ${await tokenOf(admin, 1)}` })).resolves.toEqual(admin);
    await expect(ends(headers)).resolves.toBe(true);
  });

  it('keeps its role when its user has been given a higher one', async () => {
    await change((users) => users.updateOne({ _id: admin.id }, { $set: { role: 'VIEWER' } }));
    const headers = await bearer({ ...admin, role: 'VIEWER' });
    await change((users) => users.updateOne({ _id: admin.id }, { $set: { role: 'ADMIN' } }));
    await expect(verify(headers)).resolves.toMatchObject({ role: 'VIEWER' });
  });
});
