import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type BuiltTenant,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import { rankScore } from '../support/rank-test';

/** Eight failures each: an account is closed after ten in a minute, whether there is one or not. */
const ACCOUNTS = 25;
const FAILURES = 8;
/**
 * Standard deviations. Alike, the samples stray this far once in two million runs; an answer without the password's hash
 * computed, or one that takes half a standard deviation longer, is far beyond (17 at the most).
 */
const APART = 5;
/** Headers that tell of the moment. */
const OF_THE_MOMENT = new Set(['date', 'ratelimit', 'x-ratelimit-remaining', 'x-ratelimit-reset']);

let api: RunningApi;
let tenant: BuiltTenant;
beforeAll(async () => {
  api = await startApi();
  tenant = await aTenant()
    .unlimited()
    .madeBy(await api.asOperator());
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const failAs = (email: string, slug: string | undefined = tenant.slug) =>
  api
    .client({ 'x-tenant-id': slug, 'x-request-id': 'same' })
    .post('/v1/auth/login', { email, password: 'not it, but as long' });
/** All of an answer, in the order of its coming, that an attacker could compare. */
const seen = ({ status, headers, text }: Reply) => ({
  status,
  headers: Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.has(name)),
  text,
});

describe('An unknown e-mail and a wrong password', () => {
  it('get the same answer, to the letter', async () => {
    const unknown = await failAs(`nobody@${tenant.slug}.example`);
    expectProblem(unknown, 'unauthenticated');
    expect(seen(await failAs(tenant.admin.email))).toEqual(seen(unknown));
  });

  it('of a super-admin too', async () => {
    const asOperator = (email: string) => api.client().post('/v1/auth/login', { email, password: 'not it' });
    const replies = [await asOperator(api.credentials.superAdmin.email), await asOperator('a@b.example')];
    const [wrong, unknown] = replies.map((reply) => {
      expectProblem(reply, 'unauthenticated');
      return JSON.stringify(seen(reply)).replaceAll(reply.headers['x-request-id'] as string, '');
    });
    expect(wrong).toBe(unknown);
  });

  it('take the same time: samples of both, taken in turn, are not told apart by their ranks', async () => {
    const admin = await api.as(tenant);
    const people = Array.from({ length: ACCOUNTS }, (_, i) => `user-${i}@bank.example`);
    for (const email of people) {
      const { status } = await admin.post('/v1/users', {
        email,
        password: tenant.admin.password,
        role: 'VIEWER',
      });
      expect(status).toBe(201);
    }
    const times = { known: [] as number[], unknown: [] as number[] };
    const measure = async (kind: keyof typeof times, email: string): Promise<void> => {
      const begun = performance.now();
      const { status } = await failAs(email);
      times[kind].push(performance.now() - begun);
      expect(status).toBe(401);
    };
    for (let turn = 0; turn < FAILURES; turn++) {
      for (const [i, email] of people.entries()) {
        const pair = [
          () => measure('known', email),
          () => measure('unknown', email.replace('user', 'nobody')),
        ];
        // Each kind is first as often: what comes second may find a cache warmer or a machine slower.
        if ((i + turn) % 2 === 0) pair.reverse();
        for (const take of pair) await take();
      }
    }
    expect(Math.abs(rankScore(times.known, times.unknown))).toBeLessThan(APART);
  });
});
