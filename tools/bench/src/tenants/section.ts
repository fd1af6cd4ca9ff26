import type { Measured } from '../measure/interleave';
import { median, medianRatio } from '../measure/statistics.rules';
import { table, tenths, whole } from '../report/table';
import type { Section } from '../section';
import { apiByTenants } from './api';
import { limiterByTenants } from './limiter';

/** What the work of one request costs, by the number of tenants: time, at full load. */
const growth = <F extends string>(measured: Measured<F | 'rate'>, few: string, many: string): number =>
  medianRatio(measured.get(few)!.rate, measured.get(many)!.rate);

/** Whether a request costs the same however many tenants there are. */
export const tenants: Section = async (workshop) => {
  const { databases, redis, options } = workshop;
  const counts = options.quick ? [10, 100] : [10, 1_000, 10_000];
  const time = options.quick ? { ms: 200, rounds: 1 } : { ms: 1_000, rounds: 5 };
  const limiter = await limiterByTenants(databases.redisUrl, redis, counts, time);
  const api = await apiByTenants(workshop, counts, time);
  const [few, many] = [String(counts[0]), String(counts.at(-1))];
  const rows = counts.map((count) => {
    const [checks, requests] = [limiter.measured.get(String(count))!, api.get(String(count))!];
    const bytes = limiter.bytes.get(count)!;
    return [
      whole(count),
      whole(median(checks.rate)),
      tenths(median(checks.redis)),
      whole(bytes.ours),
      whole(bytes.zset),
      whole(median(requests.rate)),
      tenths(median(requests.cpu)),
      tenths(median(requests.p99)),
    ];
  });
  const head = [
    'tenants',
    'checks/s',
    'Redis CPU, us a check',
    'bytes a tenant',
    'bytes, sorted set',
    'GET /v1/me a second',
    'CPU, us a request',
    'p99, ms',
  ];
  const text =
    `Checks: 200 in flight; requests: 50 connections, a server process for each number of tenants, all in one database; ` +
    `medians of ${time.rounds} interleaved rounds of ${time.ms} ms. No entry leaves a window meanwhile. Bytes: by how much Redis's memory grows with each ` +
    'tenant of 300 live entries.';
  return {
    text: `${text}\n\n${table(head, rows)}`,
    goals: [
      {
        what: `time a check, ${whole(Number(many))} tenants x ${few}`,
        measured: growth(limiter.measured, few, many),
        atMost: 1.1,
      },
      {
        what: `time a request, ${whole(Number(many))} tenants x ${few}`,
        measured: growth(api, few, many),
        atMost: 1.1,
      },
    ],
  };
};
