import {
  START_TIMEOUT_MS,
  startApi,
  type DemoTenant,
  type RunningApi,
  type TokenPair,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';

let api: RunningApi;
let bank: DemoTenant;
let neighbour: DemoTenant;

beforeAll(async () => {
  api = await startApi();
  bank = api.demo('first-bank');
  neighbour = api.demo('city-credit');
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const refresh = (refreshToken: unknown, headers: Record<string, string> = {}) =>
  api.client(headers).post<TokenPair>('/v1/auth/refresh', { refreshToken });
const logout = (refreshToken: unknown) => api.client().post('/v1/auth/logout', { refreshToken });

describe('A session', () => {
  it('goes on by refresh tokens that work once each', async () => {
    const first = await api.login(bank.admin, bank.slug);
    const second = await refresh(first.refreshToken);
    expect(second.status).toBe(200);
    expect(second.body.refreshToken).not.toBe(first.refreshToken);
    const third = await refresh(second.body.refreshToken);
    expect(third.status).toBe(200);
    const me = await api.client().bearer(third.body.accessToken).get('/v1/me');
    expect(me.body).toMatchObject({ principal: { email: bank.admin.email }, tenant: { id: bank.id } });
  });

  it('is over once a refresh token is used a second time: the thief and the owner both log in again', async () => {
    const first = await api.login(bank.admin, bank.slug);
    const second = await refresh(first.refreshToken);
    expectProblem(await refresh(first.refreshToken), 'unauthenticated');
    expectProblem(await refresh(second.body.refreshToken), 'unauthenticated');
  });

  it('of another login goes on meanwhile', async () => {
    const [stolen, other] = [await api.login(bank.admin, bank.slug), await api.login(bank.admin, bank.slug)];
    await refresh(stolen.refreshToken);
    expectProblem(await refresh(stolen.refreshToken), 'unauthenticated');
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  it('gives one pair at most for a refresh token used twenty times at once', async () => {
    const { refreshToken } = await api.login(bank.admin, bank.slug);
    const replies = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(replies.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    for (const reply of replies) if (reply.status !== 200) expectProblem(reply, 'unauthenticated');
  });

  it('ends by logout, as often as it is asked', async () => {
    const { refreshToken } = await api.login(bank.viewer, bank.slug);
    const ended = await logout(refreshToken);
    expect([ended.status, ended.text]).toEqual([204, '']);
    expectProblem(await refresh(refreshToken), 'unauthenticated');
    expect((await logout(refreshToken)).status).toBe(204);
  });

  it('of a super-admin goes on and ends the same way', async () => {
    const first = await api.login(api.credentials.superAdmin);
    const second = await refresh(first.refreshToken);
    expect(second.status).toBe(200);
    expect((await logout(second.body.refreshToken)).status).toBe(204);
    expectProblem(await refresh(second.body.refreshToken), 'unauthenticated');
  });

  it("can't be refreshed in a neighbour's name; in its own it can", async () => {
    const { refreshToken } = await api.login(bank.admin, bank.slug);
    const host = `${neighbour.slug}.financeops.localhost`;
    expectProblem(await refresh(refreshToken, { 'x-tenant-id': neighbour.id }), 'tenant-mismatch');
    expectProblem(await refresh(refreshToken, { host }), 'tenant-mismatch');
    const own = { host: `${bank.slug}.financeops.localhost`, 'x-tenant-id': bank.id };
    expect((await refresh(refreshToken, own)).status).toBe(200);
  });

  it('is refreshed beside an access token that has ended', async () => {
    const { refreshToken } = await api.login(bank.admin, bank.slug);
    expect((await refresh(refreshToken, { authorization: 'Bearer a.b.c' })).status).toBe(200);
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['nothing', ''],
    ['an access token', 'eyJhbGciOiJIUzI1NiJ9.e30.x'],
  ])('is not to be had for %s', async (_, token) => {
    expectProblem(await refresh(token), 'unauthenticated');
    expectProblem(await logout(token), 'unauthenticated');
  });

  it.each<[string, unknown]>([
    ['an operator', { $gt: '' }],
    ['null', null],
    ['a list', ['x']],
    ['a number', 7],
  ])('is not to be had for %s where the token belongs', async (_, token) => {
    expectProblem(await refresh(token), 'validation-failed', { pointers: ['/refreshToken'] });
    expectProblem(await logout(token), 'validation-failed', { pointers: ['/refreshToken'] });
  });
});
