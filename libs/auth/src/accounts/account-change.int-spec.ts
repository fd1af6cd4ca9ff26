import { randomUUID } from 'node:crypto';
import { TransactionRunner } from '@financeops/core/mongo';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { JwtAndApiKeyVerifier } from '../jwt-and-api-key.verifier';
import { LoginService } from '../login/login.service';
import { authBench, type AuthBench } from '../testing/auth-bench';
import { UserRepository } from '../users/user.repository';
import { UserService } from '../users/user.service';
import { AccountChangeStore } from './account-change.store';
import { UserRecordStore } from './user-record.store';

const PASSWORD = 'a password of some length';
/** Two processes of one platform. */
let here: AuthBench;
let elsewhere: AuthBench;
let tenant: ResolvedTenant;
let id: string;
let email: string;

beforeAll(async () => {
  const current = 'the secret of both of these processes';
  here = await authBench({ current });
  elsewhere = await authBench({ current, database: here.database });
  tenant = await here.tenant();
});
beforeEach(async () => {
  email = `${randomUUID()}@bank.example`;
  const user = await inTenant(() =>
    here.module.get(UserService).create({ email, password: PASSWORD, role: 'VIEWER' }),
  );
  id = user._id.toString();
});
afterAll(async () => {
  await elsewhere.app.close();
  await here.close();
});

const inTenant = <R>(work: () => Promise<R>) => here.within(tenant, work);
const users = () => here.module.get(UserRepository);
const recorded = async () =>
  (await here.module.get(AccountChangeStore).since(0)).filter((change) => change.id === id);

describe('A change of a user', () => {
  it.each([
    ['an update', () => users().updateOne({ _id: id }, { $set: { name: 'Ada' } })],
    ['a removal', () => users().delete({ _id: id }, null)],
  ])('is on record: %s', async (_what, change) => {
    expect(await recorded()).toEqual([]);
    await inTenant(change);
    const [first] = await recorded();
    expect(first).toMatchObject({ id, tenantId: tenant.id });
    await inTenant(() => users().restore({ _id: id }));
    await inTenant(() => users().updateOne({ _id: id }, { $set: { name: 'Lovelace' } }));
    const [last] = await recorded();
    expect(last!.serial).toBeGreaterThan(first!.serial);
    expect(last!.at).toBeGreaterThanOrEqual(first!.at);
  });

  it('that is undone leaves no record', async () => {
    const failure = new Error('undone');
    const undone = inTenant(() =>
      here.module.get(TransactionRunner).run(async () => {
        await users().updateOne({ _id: id }, { $set: { name: 'Ada' } });
        throw failure;
      }),
    );
    await expect(undone).rejects.toBe(failure);
    expect(await recorded()).toEqual([]);
  });

  it('of many users at once is refused: each has to be on record', async () => {
    await expect(users().updateMany()).rejects.toThrow('one by one');
    await expect(users().bulkWrite()).rejects.toThrow('one by one');
  });

  it('ends tokens on a process that has long known the user without reading it again', async () => {
    const login = here.module.get(LoginService);
    const { accessToken } = await inTenant(() => login.login({ email, password: PASSWORD }, randomUUID()));
    const verify = () =>
      elsewhere.module
        .get(JwtAndApiKeyVerifier)
        .verify({ headers: { authorization: `Bearer ${accessToken}` } })
        .then(
          () => true,
          () => false,
        );
    const reads = jest.spyOn(elsewhere.module.get(UserRecordStore), 'findById');
    // Until the user is believed for longer than one read would be.
    for (let quiet = 0; quiet < 60; quiet++) {
      const before = reads.mock.calls.length;
      await expect(verify()).resolves.toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (reads.mock.calls.length > before) quiet = 0;
    }
    await inTenant(() => users().delete({ _id: id }, null));
    let valid = true;
    for (let tries = 0; valid && tries < 400; tries++) {
      valid = await verify();
      if (valid) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(valid).toBe(false);
  });
});
