import { authBench, type AuthBench } from '../testing/auth-bench';
import { UserRepository } from './user.repository';
import { UserService } from './user.service';

const PASSWORD = 'a password of some length';
let bench: AuthBench;
beforeAll(async () => {
  bench = await authBench();
});
afterAll(() => bench.close());

describe('A user', () => {
  const create = (email: string) =>
    bench.module.get(UserService).create({ email, password: PASSWORD, role: 'VIEWER' });

  it('is kept with a lower-case e-mail and a hash in place of the password', async () => {
    const tenant = await bench.tenant();
    const user = await bench.within(tenant, () => create('Ada.Lovelace@Bank.Example'));
    expect(user).toMatchObject({ email: 'ada.lovelace@bank.example', name: null, role: 'VIEWER' });
    expect(user.tenantId.toString()).toBe(tenant.id);
    expect(JSON.stringify(user)).not.toContain(PASSWORD);
  });

  it('has an e-mail that nobody else in the tenant has, in whatever case', async () => {
    const tenant = await bench.tenant();
    await bench.within(tenant, async () => {
      await create('ada@bank.example');
      await expect(create('ADA@bank.example')).rejects.toMatchObject({
        code: 'conflict',
        errors: [{ pointer: '/email', message: 'is taken' }],
      });
    });
  });

  it('is created once by any number of parallel requests', async () => {
    const tenant = await bench.tenant();
    const results = await bench.within(tenant, () =>
      Promise.allSettled(Array.from({ length: 10 }, () => create('race@bank.example'))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('can have the e-mail of a user of another tenant', async () => {
    const [one, other] = [await bench.tenant(), await bench.tenant()];
    const first = await bench.within(one, () => create('ada@bank.example'));
    const second = await bench.within(other, () => create('ada@bank.example'));
    expect(first._id).not.toEqual(second._id);
  });

  it('can have the e-mail of a deleted one, who can then not come back beside them', async () => {
    const tenant = await bench.tenant();
    const users = bench.module.get(UserRepository);
    await bench.within(tenant, async () => {
      const first = await create('ada@bank.example');
      await users.delete({ _id: first._id }, null);
      const second = await create('ada@bank.example');
      expect(second._id).not.toEqual(first._id);
      await expect(users.restore({ _id: first._id })).rejects.toMatchObject({ code: 11000 });
    });
  });
});
