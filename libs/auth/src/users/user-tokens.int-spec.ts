import { randomUUID } from 'node:crypto';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { LoginService } from '../login/login.service';
import { JwtAndApiKeyVerifier } from '../jwt-and-api-key.verifier';
import { SessionService } from '../sessions/session.service';
import type { TokenPair } from '../sessions/token-pair';
import { authBench, type AuthBench } from '../testing/auth-bench';
import { UserService, type UserChange } from './user.service';

const OLD = 'a password of some length';
const NEW = 'another one, as long as that';
let bench: AuthBench;
let tenant: ResolvedTenant;
let id: string;
let email: string;
let serial = 0;
beforeAll(async () => {
  bench = await authBench();
  tenant = await bench.tenant();
  await create('ADMIN'); // So that no other is the last one.
});
beforeEach(() => create('ADMIN'));
afterAll(() => bench.close());

const create = async (role: 'ADMIN' | 'VIEWER') => {
  email = `user${(serial += 1)}@bank.example`;
  const user = await bench.within(tenant, () => users().create({ email, password: OLD, role }));
  id = user._id.toString();
};
const users = () => bench.module.get(UserService);
const change = (what: UserChange) => bench.within(tenant, () => users().change(id, what));
const login = (password = OLD) =>
  bench.within(tenant, () => bench.module.get(LoginService).login({ email, password }, randomUUID()));
const verify = ({ accessToken }: TokenPair) =>
  bench.module.get(JwtAndApiKeyVerifier).verify({ headers: { authorization: `Bearer ${accessToken}` } });
const refresh = ({ refreshToken }: TokenPair) =>
  bench.module.get(SessionService).refresh(refreshToken, async () => undefined);
const refused = { code: 'unauthenticated' };

/** How soon is live-accounts.spec.ts's; here: that it does. */
const ends = async (tokens: TokenPair): Promise<boolean> => {
  for (let tries = 0; tries < 400; tries += 1) {
    if (
      await verify(tokens).then(
        () => false,
        () => true,
      )
    )
      return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
};
const works = async (tokens: TokenPair) => {
  await expect(verify(tokens)).resolves.toMatchObject({ id });
  await expect(refresh(tokens)).resolves.toMatchObject({ tokenType: 'Bearer' });
};

describe("A user's tokens", () => {
  it.each([
    ['a new password', { password: NEW }],
    ['the same password set again', { password: OLD }],
    ['a lower role', { role: 'VIEWER' }],
    ['a lower role and a new password', { role: 'VIEWER', password: NEW }],
  ] as const)('end with %s, and new ones work at once', async (_what, what) => {
    const tokens = [await login(), await login()];
    for (const pair of tokens) await verify(pair);
    await change(what);
    for (const pair of tokens) {
      await expect(refresh(pair)).rejects.toMatchObject(refused);
      await expect(ends(pair)).resolves.toBe(true);
    }
    await works(await login('password' in what ? what.password : OLD));
  });

  it('end with a higher role too', async () => {
    await create('VIEWER');
    const tokens = await login();
    await change({ role: 'ADMIN' });
    await expect(refresh(tokens)).rejects.toMatchObject(refused);
    await expect(ends(tokens)).resolves.toBe(true);
    const again = await login();
    await works(again);
    await expect(verify(again)).resolves.toMatchObject({ role: 'ADMIN' });
  });

  it('end with the user', async () => {
    const tokens = await login();
    await bench.within(tenant, () => users().remove(id, null));
    await expect(refresh(tokens)).rejects.toMatchObject(refused);
    await expect(ends(tokens)).resolves.toBe(true);
    await expect(login()).rejects.toMatchObject(refused);
  });

  it('go on with another name, and with the role that the user has', async () => {
    const tokens = await login();
    await change({ name: 'Ada Lovelace', role: 'ADMIN' });
    await works(tokens);
  });

  it('got by a login with the old password that ran beside the change end with the others', async () => {
    for (let round = 0; round < 10; round += 1) {
      await change({ password: OLD });
      const [result] = await Promise.all([
        login().then(
          (tokens) => tokens,
          () => null,
        ),
        change({ password: NEW }),
      ]);
      if (result === null) continue;
      await expect(refresh(result)).rejects.toMatchObject(refused);
      await expect(ends(result)).resolves.toBe(true);
    }
  });
});
