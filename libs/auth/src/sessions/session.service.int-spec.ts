import { Types } from 'mongoose';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { TenantRegistry } from '@financeops/tenancy/directory';
import { UserRecordStore } from '../accounts/user-record.store';
import type { UserRecord } from '../accounts/user-record';
import { SuperAdminService } from '../super-admins/super-admin.service';
import { authBench, type AuthBench } from '../testing/auth-bench';
import { JwtStrategy } from '../tokens/jwt.strategy';
import { UserRepository } from '../users/user.repository';
import { UserService } from '../users/user.service';
import { newFamilyKey, newRefreshSecret, parseRefreshToken } from './refresh-token.format';
import { SessionService } from './session.service';

let bench: AuthBench;
let tenant: ResolvedTenant;
let serial = 0;
beforeAll(async () => {
  bench = await authBench();
});
beforeEach(async () => {
  tenant = await bench.tenant();
});
afterAll(() => bench.close());

const sessions = () => bench.module.get(SessionService);
const users = () => bench.module.get(UserRepository);
const anyone = async () => undefined;
const refresh = (token: string, now?: number) => sessions().refresh(token, anyone, now);
const readAccess = (token: string) =>
  bench.module.get(JwtStrategy).verifyRequest({ headers: { authorization: `Bearer ${token}` } });
const refused = { code: 'unauthenticated' };

const aUser = async (): Promise<UserRecord> => {
  const email = `user${(serial += 1)}@bank.example`;
  const create = { email, password: 'a password of some length', role: 'ADMIN' } as const;
  return bench.within(tenant, async () => {
    await bench.module.get(UserService).create(create);
    return (await bench.module.get(UserRecordStore).findByEmail(email))!;
  });
};

describe('A refresh token', () => {
  it('is exchanged for a pair of the same person, and its successor in turn', async () => {
    const account = await aUser();
    const first = await sessions().start(account);
    expect(first).toMatchObject({ expiresIn: 900, tokenType: 'Bearer' });
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(new Set([first, second, third].map((pair) => pair.refreshToken)).size).toBe(3);
    await expect(readAccess(third.accessToken)).resolves.toMatchObject({ person: account.person });
  });

  it('of a super-admin leads to tokens without a tenant', async () => {
    const email = `operator${(serial += 1)}@financeops.example`;
    await bench.module.get(SuperAdminService).create({ email, password: 'a password of some length' });
    const account = (await bench.module.get(UserRecordStore).findByEmail(email))!;
    const { refreshToken } = await sessions().start(account);
    const { accessToken } = await refresh(refreshToken);
    await expect(readAccess(accessToken)).resolves.toMatchObject({
      person: { type: 'super-admin', id: account.person.id, role: 'SUPER_ADMIN' },
    });
  });

  it('used again ends its session, however many were issued since', async () => {
    const first = await sessions().start(await aUser());
    let last = first;
    for (let turns = 0; turns < 5; turns += 1) last = await refresh(last.refreshToken);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(refused);
    await expect(refresh(last.refreshToken)).rejects.toMatchObject(refused);
  });

  it('used 20 times at once works exactly once, and ends its session', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { refreshToken } = await sessions().start(await aUser());
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => refresh(refreshToken)));
      const [won, ...others] = results.flatMap((result) =>
        result.status === 'fulfilled' ? [result.value] : [],
      );
      expect(others).toEqual([]);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject(refused);
      }
      await expect(refresh(won!.refreshToken)).rejects.toMatchObject(refused);
    }
  });

  it('that was made up is refused and changes nothing', async () => {
    const { refreshToken } = await sessions().start(await aUser());
    const { familyId, secret } = parseRefreshToken(refreshToken)!;
    for (const forged of [
      `rt_${familyId}_${newRefreshSecret(newFamilyKey())}`,
      `rt_${new Types.ObjectId().toString()}_${secret}`,
      'rt_x',
      '',
    ]) {
      await expect(refresh(forged)).rejects.toMatchObject(refused);
    }
    await expect(refresh(refreshToken)).resolves.toMatchObject({ tokenType: 'Bearer' });
  });

  it('ends 30 days after the login, refreshed or not', async () => {
    const begun = Date.now();
    const month = 30 * 24 * 60 * 60 * 1000;
    const first = await sessions().start(await aUser(), begun);
    const second = await refresh(first.refreshToken, begun + month - 1000);
    await expect(refresh(second.refreshToken, begun + month)).rejects.toMatchObject(refused);
  });

  it('brings the role that its user has by now', async () => {
    const account = await aUser();
    const { refreshToken } = await sessions().start(account);
    await bench.within(tenant, () =>
      users().updateOne({ _id: account.person.id }, { $set: { role: 'VIEWER' } }),
    );
    const { accessToken } = await refresh(refreshToken);
    await expect(readAccess(accessToken)).resolves.toMatchObject({ person: { role: 'VIEWER' } });
  });

  it('of a deleted user is refused', async () => {
    const account = await aUser();
    const { refreshToken } = await sessions().start(account);
    await bench.within(tenant, () => users().delete({ _id: account.person.id }, null));
    await expect(refresh(refreshToken)).rejects.toMatchObject(refused);
  });

  it('is refused once all sessions of its user were ended, and one of a login since then is not', async () => {
    const account = await aUser();
    const now = Date.now();
    const { refreshToken } = await sessions().start(account, now);
    await bench.within(tenant, () =>
      users().updateOne({ _id: account.person.id }, { $set: { tokenVersion: account.tokenVersion + 1 } }),
    );
    await expect(refresh(refreshToken, now)).rejects.toMatchObject(refused);
    const current = (await bench.module
      .get(UserRecordStore)
      .findById({ id: account.person.id, tenantId: tenant.id }))!;
    const again = await sessions().start(current, now);
    await expect(refresh(again.refreshToken, now)).resolves.toMatchObject({ tokenType: 'Bearer' });
  });

  it('of an inactive tenant is refused, and works again with the tenant', async () => {
    const { refreshToken } = await sessions().start(await aUser());
    const registry = bench.module.get(TenantRegistry);
    await registry.change(tenant.id, { isActive: false });
    await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'tenant-inactive' });
    await registry.change(tenant.id, { isActive: true });
    await expect(refresh(refreshToken)).resolves.toMatchObject({ tokenType: 'Bearer' });
  });

  it('that the caller refuses stays as it was', async () => {
    const { refreshToken } = await sessions().start(await aUser());
    const no = new Error('no');
    await expect(sessions().refresh(refreshToken, () => Promise.reject(no))).rejects.toBe(no);
    await expect(refresh(refreshToken)).resolves.toMatchObject({ tokenType: 'Bearer' });
  });
});

describe('Logging out', () => {
  it('ends the session, with its current token or an earlier one, and again without complaint', async () => {
    for (const which of ['first', 'second'] as const) {
      const first = await sessions().start(await aUser());
      const second = await refresh(first.refreshToken);
      await sessions().end({ first, second }[which].refreshToken);
      await sessions().end(second.refreshToken);
      await expect(refresh(second.refreshToken)).rejects.toMatchObject(refused);
    }
  });

  it('with a made-up secret ends nothing', async () => {
    const { refreshToken } = await sessions().start(await aUser());
    const { familyId } = parseRefreshToken(refreshToken)!;
    await sessions().end(`rt_${familyId}_${newRefreshSecret(newFamilyKey())}`);
    await expect(refresh(refreshToken)).resolves.toMatchObject({ tokenType: 'Bearer' });
  });

  it('with what is no refresh token is refused', async () => {
    await expect(sessions().end('anything')).rejects.toMatchObject(refused);
  });
});
