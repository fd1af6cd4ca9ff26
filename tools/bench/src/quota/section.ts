import { ServerProcess } from '../http/server-process';
import { LoadGenerator } from '../load/load-generator';
import { interleave } from '../measure/interleave';
import { median, medianRatio } from '../measure/statistics.rules';
import { paymentRequests, UNIQUE } from '../payments/requests';
import { makeFixture, type Fixture } from '../platform/fixture';
import { platformPlan } from '../platform/plan';
import { table, tenths, whole } from '../report/table';
import type { Section } from '../section';

const CONNECTIONS = 20;
/** All that the highest tier may send: 1,000 a minute. */
const TIER_PACE_MS = 60;
/** A quota that is counted and never reached. */
const LIMITS = { requestsPerMinute: 10_000_000, maxTransactionsPerMonth: 10_000_000 };

const some = ({ tokens, tenantIds }: Fixture, from: number, to: number): string[] =>
  paymentRequests({ tokens: tokens.slice(from, to), tenantIds: tenantIds.slice(from, to) }, false);

/** What it costs to pay against one and the same counter: a tenant's neighbour, and the tenant itself. */
export const quota: Section = async ({ databases, options, say }) => {
  const ms = options.quick ? 1_000 : 6_000;
  const rounds = options.quick ? 1 : 3;
  const fixture = await makeFixture(databases.mongodbUri, CONNECTIONS + 1, LIMITS);
  const [crowd, single] = [new LoadGenerator(), new LoadGenerator()];
  let server: ServerProcess | undefined;
  try {
    const headers = { authorization: `Bearer ${fixture.tokens[0]}` };
    server = await ServerProcess.start(platformPlan(fixture, databases.redisUrl), {
      path: '/v1/me',
      headers,
    });
    const order = { port: server.port, ms, unique: UNIQUE, status: 201 };
    const [one, many] = [some(fixture, 0, 1), some(fixture, 0, CONNECTIONS)];
    const neighbour = some(fixture, CONNECTIONS, CONNECTIONS + 1);
    const beside = (requests: string[], everyMs?: number) => async () => {
      const [paid, own] = await Promise.all([
        crowd.run({
          ...order,
          connections: CONNECTIONS,
          requests,
          ...(everyMs === undefined ? {} : { everyMs }),
        }),
        single.run({ ...order, connections: 1, requests: neighbour }),
      ]);
      return { rate: paid.rate, p50: paid.p50, p99: paid.p99, near50: own.p50, near99: own.p99 };
    };
    const contenders = [
      { name: `one tenant, ${CONNECTIONS} connections`, slot: beside(one) },
      { name: `${CONNECTIONS} tenants, a connection each`, slot: beside(many) },
      { name: "one tenant, 1,000 a minute (its tier's rate)", slot: beside(one, CONNECTIONS * TIER_PACE_MS) },
      {
        name: `${CONNECTIONS} tenants, 1,000 a minute together`,
        slot: beside(many, CONNECTIONS * TIER_PACE_MS),
      },
    ];
    say('quota: warming up');
    await interleave(contenders, 1);
    say('quota: measuring');
    const measured = await interleave(contenders, rounds);
    const [hot, spread, paced, pacedSpread] = contenders.map(({ name }) => measured.get(name)!) as [
      ...Record<'rate' | 'p50' | 'near50', number[]>[],
    ];
    const rows = contenders.map(({ name }) => {
      const { rate, p50, p99, near50, near99 } = measured.get(name)!;
      return [name, whole(median(rate)), ...[p50, p99, near50, near99].map((times) => tenths(median(times)))];
    });
    const head = [
      'who pays',
      'payments/s',
      'p50, ms',
      'p99, ms',
      "a neighbour's p50, ms",
      "a neighbour's p99, ms",
    ];
    return {
      text:
        `Payments count against a tenant's monthly quota in their own transactions. Beside them a neighbour pays over a ` +
        `connection of its own, one payment after the other. Medians of ${rounds} interleaved rounds of ${ms} ms.\n\n` +
        table(head, rows),
      goals: [
        {
          what: "neighbour's p50 beside one tenant's counter, x beside as many connections of many tenants",
          measured: medianRatio(hot!.near50, spread!.near50),
          atMost: 1.1,
        },
        {
          what: "a tenant's own p50 at its tier's rate, x the same rate of many tenants",
          measured: medianRatio(paced!.p50, pacedSpread!.p50),
          atMost: 1.1,
        },
      ],
    };
  } finally {
    crowd.stop();
    single.stop();
    await server?.stop();
    await fixture.close();
  }
};
