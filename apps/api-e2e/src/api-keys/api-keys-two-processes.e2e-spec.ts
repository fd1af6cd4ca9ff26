import { aTenant, START_TIMEOUT_MS, startApi, type ApiClient, type RunningApi } from '@financeops/testing';
import { inLanes } from '../support/lanes';
import { expectProblem } from '../support/problem';

const ROUNDS = 200;
const LANES = 8;

let one: RunningApi;
let two: RunningApi;
let admin: ApiClient;
beforeAll(async () => {
  one = await startApi();
  two = await startApi({ sameAs: one });
  admin = await one.as(
    await aTenant()
      .unlimited()
      .madeBy(await one.asOperator()),
  );
}, START_TIMEOUT_MS);
afterAll(async () => {
  await two?.stop();
  await one?.stop();
});

const create = async () => {
  const { body } = await admin.post<{ id: string; secret: string }>('/v1/api-keys', {
    name: 'server',
    scopes: ['payments:read'],
  });
  return body;
};
const atTwo = (secret: string) => two.client({ 'x-api-key': secret }).get('/v1/me');

it(`a key works on the other process as soon as it has been answered, and is refused by the next request after its revocation, in ${ROUNDS} rounds`, async () => {
  // No bound in milliseconds: a key is read anew for each request.
  await inLanes(LANES, ROUNDS, async (_lane, round) => {
    const { id, secret } = await create();
    expect([round, (await atTwo(secret)).status]).toEqual([round, 200]);
    expect((await admin.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    expectProblem(await atTwo(secret), 'unauthenticated');
  });
});

it('a key rolled without overlap likewise, and its successor works there', async () => {
  let key = await create();
  for (let round = 0; round < 30; round++) {
    const { body: next } = await admin.post<typeof key>(`/v1/api-keys/${key.id}/roll`);
    expectProblem(await atTwo(key.secret), 'unauthenticated');
    expect((await atTwo(next.secret)).status).toBe(200);
    key = next;
  }
});

it('a key that both processes roll at once has one successor', async () => {
  for (let round = 0; round < 5; round++) {
    const { id } = await create();
    const replies = await Promise.all(
      [admin, two.client(admin.headers)].map((client) =>
        client.post(`/v1/api-keys/${id}/roll`, { overlapSeconds: 60 }),
      ),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expectProblem(
      replies.find(({ status }) => status !== 201)!,
      'invalid-state',
    );
  }
});
