import { randomBytes } from 'node:crypto';
import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type Reply,
  type RunningApi,
  type TokenPair,
} from '@financeops/testing';
import { seenWithin } from '../support/bound';
import { inLanes } from '../support/lanes';
import { expectProblem } from '../support/problem';

const ROUNDS = 200;
/** Rounds at a time: most of one is waiting for the other process to look again. */
const LANES = 20;

let one: RunningApi;
let two: RunningApi;
let operator: ApiClient;
let tenant: BuiltTenant;
let admin: ApiClient;
beforeAll(async () => {
  one = await startApi();
  two = await startApi({ sameAs: one });
  operator = await one.asOperator();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await two?.stop();
  await one?.stop();
});

const PASSWORD = 'a password of some length';
const aUser = (role = 'VIEWER') => ({
  email: `${randomBytes(5).toString('hex')}@bank.example`,
  password: PASSWORD,
  role,
});
const anAdmin = async (tier: 'STARTER' | 'ENTERPRISE') => {
  tenant = await aTenant(tier).unlimited().madeBy(operator);
  admin = await one.as(tenant);
};
const atTwo = ({ headers }: ApiClient) => two.client(headers);
const alternate = <T>(count: number, send: (client: ApiClient, turn: number) => Promise<Reply<T>>) =>
  Promise.all(Array.from({ length: count }, (_, turn) => send(turn % 2 === 0 ? admin : atTwo(admin), turn)));

it('50 creations at once on two processes fill a Starter tenant, and not one more', async () => {
  await anAdmin('STARTER');
  const replies = await alternate(50, (client) => client.post('/v1/users', aUser()));
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(9);
  for (const reply of replies) if (reply.status !== 201) expectProblem(reply, 'user-limit-reached');
});

it('of two ADMINs who demote or remove each other at once on two processes, one stays', async () => {
  for (let round = 0; round < 5; round++) {
    await anAdmin('ENTERPRISE');
    const { body } = await admin.post<{ id: string }>('/v1/users', aUser('ADMIN'));
    const me = (await admin.get<{ principal: { id: string } }>('/v1/me')).body.principal.id;
    const ids = [me, body.id];
    const replies = await alternate(2, (client, turn) =>
      round % 2 === 0
        ? client.patch(`/v1/users/${ids[turn]}`, { role: 'VIEWER' })
        : client.delete(`/v1/users/${ids[turn]}`),
    );
    expect(replies.filter(({ status }) => status < 300)).toHaveLength(1);
    const refused = replies.find(({ status }) => status >= 300)!;
    // The loser may have lost the role, or the account, that let them ask.
    expect(['invalid-state', 'unauthenticated']).toContain((refused.body as { code: string }).code);
    const admins = { role: 'ADMIN', deletedAt: null };
    const stored = await one.db.collection('users').find(admins).toArray();
    expect(stored.filter(({ tenantId }) => String(tenantId) === tenant.id)).toHaveLength(1);
  }
});

it('a login right after a change of the user gives a token that both processes accept at once', async () => {
  await anAdmin('ENTERPRISE');
  const user = aUser();
  const { id } = (await admin.post<{ id: string }>('/v1/users', user)).body;
  for (let round = 0; round < 20; round++) {
    // Both processes know the user as before the change.
    const before = await two.login(user, tenant.slug);
    for (const api of [one, two]) await api.client().bearer(before.accessToken).get('/v1/me');
    const change = round % 2 === 0 ? { role: 'ADMIN' } : { role: 'VIEWER', password: PASSWORD };
    expect((await admin.patch(`/v1/users/${id}`, change)).status).toBe(200);
    const { accessToken } = await two.login(user, tenant.slug);
    const { iat } = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString()) as {
      iat: number;
    };
    expect(iat).toBeLessThanOrEqual(Math.floor(Date.now() / 1_000));
    for (const api of [two, one]) {
      const reply = await api.client().bearer(accessToken).get<{ principal: { role: string } }>('/v1/me');
      expect(reply.body.principal.role).toBe(change.role);
    }
  }
});

describe('Tokens end on the other process within a second of', () => {
  type Person = ReturnType<typeof aUser> & { id: string };
  const join = async (): Promise<Person> => {
    const user = aUser();
    return { ...user, id: (await admin.post<{ id: string }>('/v1/users', user)).body.id };
  };
  const joinEachLane = () => Promise.all(Array.from({ length: LANES }, join));
  const patch = ({ id }: Person, change: Record<string, unknown>) => admin.patch(`/v1/users/${id}`, change);

  const expectEndBy = async (user: Person, change: () => Promise<Reply>): Promise<void> => {
    const tokens = await two.login(user, tenant.slug);
    const person = two.client().bearer(tokens.accessToken);
    expect((await person.get('/v1/me')).status).toBe(200);
    expect((await change()).status).toBeLessThan(300);
    let reply: Reply | undefined;
    await seenWithin(1_000, async () => {
      reply = await person.get('/v1/me');
      return reply.status !== 200;
    });
    expectProblem(reply!, 'unauthenticated');
    const refresh = two.client().post<TokenPair>('/v1/auth/refresh', { refreshToken: tokens.refreshToken });
    expectProblem(await refresh, 'unauthenticated');
  };

  beforeAll(() => anAdmin('ENTERPRISE'));

  it(`a change of their role, up or down, in ${ROUNDS} rounds`, async () => {
    const users = await joinEachLane();
    await inLanes(LANES, ROUNDS, async (lane, round) => {
      const role = Math.floor(round / LANES) % 2 === 0 ? 'ADMIN' : 'VIEWER';
      await expectEndBy(users[lane]!, () => patch(users[lane]!, { role }));
    });
  });

  it(`the removal of their user, in ${ROUNDS} rounds`, async () => {
    await inLanes(LANES, ROUNDS, async () => {
      const user = await join();
      await expectEndBy(user, () => admin.delete(`/v1/users/${user.id}`));
    });
  });

  it('a new password, in 40 rounds', async () => {
    const users = await joinEachLane();
    await inLanes(LANES, 40, async (lane) => {
      await expectEndBy(users[lane]!, () => patch(users[lane]!, { password: PASSWORD }));
    });
  });
});
