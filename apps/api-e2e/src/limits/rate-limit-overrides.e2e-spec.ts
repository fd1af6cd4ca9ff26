import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type BuiltTenant,
  type RunningApi,
} from '@financeops/testing';
import { seenWithin } from '../support/bound';
import { expectProblem } from '../support/problem';
import type { Page } from '../support/views';

let api: RunningApi;
let other: RunningApi;
let operator: ApiClient;

beforeAll(async () => {
  api = await startApi();
  other = await startApi({ sameAs: api });
  operator = await api.asOperator();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await other?.stop();
  await api?.stop();
});

const EVERY_DAY = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
/** In force all day, wherever the clock of this test stands. */
const always = (requestsPerMinute: number) => ({
  days: EVERY_DAY,
  from: '00:00',
  to: '24:00',
  timeZone: 'Asia/Tokyo',
  requestsPerMinute,
});
const overrides = (rateLimit: unknown, rest: object = {}) => ({
  overrides: { rateLimit, reason: 'a test', expiresAt: '2099-01-01T00:00:00Z', ...rest },
});
const change = ({ id }: BuiltTenant, body: unknown) =>
  operator.patch<{ overrides: unknown; limits: { requestsPerMinute: number | null } }>(
    `/v1/admin/tenants/${id}`,
    body,
  );
const starter = async () => {
  const tenant = await aTenant('STARTER').madeBy(operator);
  return { tenant, client: await api.as(tenant), elsewhere: (await other.as(tenant)) as ApiClient };
};
const statuses = async (client: ApiClient, times: number) => {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push((await client.get('/v1/me')).status);
  return all;
};

describe('A schedule of rate limits', () => {
  it('is in force on every process within 100 ms of its answer, and gone again when it is cleared', async () => {
    const { tenant, client, elsewhere } = await starter();
    for (const [limit, body] of [
      ['7', overrides({ schedules: [always(7), always(9)] })],
      ['60', { overrides: null }],
      ['8', overrides({ schedules: [always(8)] }, { requestsPerMinute: null })],
    ] as const) {
      expect((await elsewhere.get('/v1/me')).status).toBe(200);
      const changed = await change(tenant, body);
      await seenWithin(
        100,
        async () => (await elsewhere.get('/v1/me')).headers['x-ratelimit-limit'] === limit,
      );
      expect([changed.status, changed.body.limits.requestsPerMinute]).toEqual([200, Number(limit)]);
      expect((await client.get('/v1/me')).headers['x-ratelimit-limit']).toBe(limit);
    }
    expectProblem(await client.get('/v1/me'), 'rate-limited');
  });

  it('is kept as it was sent, and shown to the operator', async () => {
    const { tenant } = await starter();
    const rateLimit = {
      dryRun: false,
      schedules: [
        { days: ['FRI'], from: '22:00', to: '06:00', timeZone: 'America/New_York', requestsPerMinute: 20 },
      ],
    };
    expect((await change(tenant, overrides(rateLimit))).body.overrides).toMatchObject({ rateLimit });
    const shown = await operator.get<{ overrides: unknown }>(`/v1/admin/tenants/${tenant.id}`);
    expect(shown.body.overrides).toMatchObject({ rateLimit });
  });

  it.each<[string, unknown, string[]]>([
    ['no object', 'tight', ['']],
    ['null', null, ['']],
    ['an unknown field', { burst: 5 }, ['/burst']],
    ['a dry run that is no boolean', { dryRun: 'yes' }, ['/dryRun']],
    ['no list', { schedules: always(5) }, ['/schedules']],
    ['a list of something else', { schedules: [5] }, ['/schedules/0']],
    ['a list with a hole', { schedules: [null] }, ['/schedules/0']],
    ['too many', { schedules: Array(21).fill(always(5)) }, ['/schedules']],
    [
      'an empty schedule',
      { schedules: [always(5), {}] },
      ['days', 'from', 'to', 'timeZone', 'requestsPerMinute'].map((name) => `/schedules/1/${name}`),
    ],
    ['no day', { schedules: [{ ...always(5), days: [] }] }, ['/schedules/0/days']],
    ['a day of ours', { schedules: [{ ...always(5), days: ['Mon'] }] }, ['/schedules/0/days']],
    ['a day twice', { schedules: [{ ...always(5), days: ['MON', 'MON'] }] }, ['/schedules/0/days']],
    ['an hour that is none', { schedules: [{ ...always(5), from: '9:00' }] }, ['/schedules/0/from']],
    ['an end before all time', { schedules: [{ ...always(5), to: '25:00' }] }, ['/schedules/0/to']],
    [
      'a beginning at the end',
      { schedules: [{ ...always(5), from: '24:00', to: '10:00' }] },
      ['/schedules/0/from'],
    ],
    ['no span', { schedules: [{ ...always(5), from: '09:00', to: '09:00' }] }, ['/schedules/0/to']],
    ['a zone on Mars', { schedules: [{ ...always(5), timeZone: 'Mars/Base' }] }, ['/schedules/0/timeZone']],
    ['an offset', { schedules: [{ ...always(5), timeZone: '+01:00' }] }, ['/schedules/0/timeZone']],
    ['no limit', { schedules: [always(null as never)] }, ['/schedules/0/requestsPerMinute']],
    ['a limit of nothing', { schedules: [always(0)] }, ['/schedules/0/requestsPerMinute']],
    ['half a request', { schedules: [always(0.5)] }, ['/schedules/0/requestsPerMinute']],
  ])('with %s is refused, and nothing is changed', async (_what, rateLimit, pointers) => {
    const corner = api.demo('corner-shop') as unknown as BuiltTenant;
    const reply = await change(corner, overrides(rateLimit));
    expectProblem(reply, 'validation-failed', {
      pointers: pointers.map((pointer) => `/overrides/rateLimit${pointer}`),
    });
    const kept = await operator.get<{ overrides: unknown }>(`/v1/admin/tenants/${corner.id}`);
    expect(kept.body.overrides).toBeNull();
  });
});

describe('A dry run', () => {
  it('admits what is over the limit, counts it, and tells of it once: in the audit log and in a metric', async () => {
    const { tenant, client } = await starter();
    await change(tenant, overrides({ dryRun: true }, { requestsPerMinute: 5 }));
    expect(await statuses(client, 12)).toEqual(Array(12).fill(200));
    const events = await until('the event', async () => {
      const { body } = await client.get<Page<Record<string, unknown>>>(
        '/v1/audit-events?action=rate-limit.refused',
      );
      return body.data.length > 0 ? body.data : undefined;
    });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      outcome: 'allowed',
      details: { window: 'global', limit: 5, dryRun: true },
    });
    const { text } = await api.client().get('/metrics');
    expect(Number(/^rate_limit_dry_run_total (\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(7);
    const { body } = await client.get<{ usage: { apiCalls: number } }>('/v1/usage');
    expect(body.usage.apiCalls).toBeGreaterThanOrEqual(14);
  });

  it('ends at once, with the next request over the limit refused', async () => {
    const { tenant, client } = await starter();
    await change(tenant, overrides({ dryRun: true }, { requestsPerMinute: 5 }));
    expect(await statuses(client, 7)).toEqual(Array(7).fill(200));
    await change(tenant, overrides({ dryRun: false }, { requestsPerMinute: 5 }));
    expectProblem(await client.get('/v1/me'), 'rate-limited');
  });
});
