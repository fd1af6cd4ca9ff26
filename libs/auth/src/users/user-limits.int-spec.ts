import type { ResolvedTenant } from '@financeops/tenancy/context';
import { TenantRegistry } from '@financeops/tenancy/directory';
import { authBench, type AuthBench } from '../testing/auth-bench';
import { UserRepository } from './user.repository';
import { UserService } from './user.service';

const PASSWORD = 'a password of some length';
const STARTER_SEATS = 10;
/** Two processes, as far as MongoDB can tell: own connections, own services. */
let benches: [AuthBench, AuthBench];
let tenant: ResolvedTenant;
let serial = 0;
beforeAll(async () => {
  const first = await authBench();
  benches = [first, await authBench({ database: first.database })];
});
beforeEach(async () => {
  tenant = await benches[0].tenant('STARTER');
});
afterAll(async () => {
  for (const bench of benches) await bench.close();
});

const on = <R>(bench: AuthBench, work: (users: UserService) => Promise<R>) =>
  bench.within(tenant, () => work(bench.module.get(UserService)));
const first = <R>(work: (users: UserService) => Promise<R>) => on(benches[0], work);
const alternately = <R>(count: number, work: (users: UserService) => Promise<R>) =>
  Promise.allSettled(Array.from({ length: count }, (_, turn) => on(benches[turn % 2]!, work)));
const aUser = (role: 'ADMIN' | 'VIEWER' = 'VIEWER') => ({
  email: `user${(serial += 1)}@bank.example`,
  password: PASSWORD,
  role,
});
const codes = (results: PromiseSettledResult<unknown>[]) =>
  results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as { code: string }).code] : [],
  );
const stored = () => benches[0].within(tenant, () => benches[0].module.get(UserRepository).count());
const fill = async (count: number) => {
  for (let made = 0; made < count; made += 1) await first((users) => users.create(aUser()));
};

describe('The user limit', () => {
  it('holds under 50 parallel creations on two processes: never one too many, and never one too few', async () => {
    const results = await alternately(50, (users) => users.create(aUser()));
    expect(new Set(codes(results))).toEqual(new Set(['user-limit-reached']));
    expect(codes(results)).toHaveLength(50 - STARTER_SEATS);
    await expect(stored()).resolves.toBe(STARTER_SEATS);
  });

  it('is told before a taken e-mail is', async () => {
    await fill(STARTER_SEATS - 1);
    const taken = aUser();
    await first((users) => users.create(taken));
    await expect(first((users) => users.create(taken))).rejects.toMatchObject({ code: 'user-limit-reached' });
  });

  it('has room again for each user removed', async () => {
    await fill(STARTER_SEATS - 1);
    const last = await first((users) => users.create(aUser()));
    await first((users) => users.remove(last._id.toString(), null));
    await first((users) => users.create(aUser()));
    await expect(first((users) => users.create(aUser()))).rejects.toMatchObject({
      code: 'user-limit-reached',
    });
  });

  it('that has sunk below what is there removes nobody, and admits nobody until there is room', async () => {
    const registry = benches[1].module.get(TenantRegistry);
    const people = await Promise.all([1, 2, 3].map(() => first((users) => users.create(aUser()))));
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    // The context of the caller is older than the change: what counts is what is stored.
    await registry.change(tenant.id, { overrides: { maxUsers: 2, reason: 'a test', expiresAt } });
    const refused = { code: 'user-limit-reached' };
    await expect(first((users) => users.create(aUser()))).rejects.toMatchObject(refused);
    await expect(stored()).resolves.toBe(3);
    await first((users) => users.change(people[0]!._id.toString(), { name: 'Still here' }));
    for (const person of people.slice(0, 2))
      await first((users) => users.remove(person._id.toString(), null));
    await expect(first((users) => users.create(aUser()))).resolves.toMatchObject({ role: 'VIEWER' });
    await expect(first((users) => users.create(aUser()))).rejects.toMatchObject(refused);
    await registry.change(tenant.id, { overrides: { maxUsers: null, reason: 'a test', expiresAt } });
    await fill(STARTER_SEATS);
  });
});

describe('The last ADMIN', () => {
  const admins = async (count: number) => {
    const ids: string[] = [];
    for (let made = 0; made < count; made += 1) {
      ids.push((await first((users) => users.create(aUser('ADMIN'))))._id.toString());
    }
    return ids;
  };
  const left = () =>
    benches[0].within(tenant, () =>
      benches[0].module.get(UserRepository).count({ filter: { role: 'ADMIN' } }),
    );

  it('can be neither demoted nor removed, and can be renamed', async () => {
    const [id] = await admins(1);
    const refused = { code: 'invalid-state' };
    await expect(first((users) => users.change(id!, { role: 'VIEWER' }))).rejects.toMatchObject(refused);
    await expect(first((users) => users.remove(id!, null))).rejects.toMatchObject(refused);
    await first((users) => users.change(id!, { role: 'ADMIN', name: 'Ada' }));
    await expect(left()).resolves.toBe(1);
  });

  it.each(['demoted', 'removed', 'demoted and removed'])(
    'is left when all of them are %s at once on two processes',
    async (how) => {
      for (let round = 0; round < 3; round += 1) {
        tenant = await benches[0].tenant('STARTER');
        const ids = await admins(3);
        const results = await Promise.allSettled(
          ids.map((id, turn) =>
            on(benches[turn % 2]!, async (users) => {
              if (how === 'removed' || (how !== 'demoted' && turn % 2 === 1)) await users.remove(id, null);
              else await users.change(id, { role: 'VIEWER' });
            }),
          ),
        );
        expect(codes(results)).toEqual(['invalid-state']);
        await expect(left()).resolves.toBe(1);
      }
    },
  );
});
