import path from 'node:path';
import { requireExactDecisions } from '../http/exact-decisions';
import { ServerProcess } from '../http/server-process';
import { httpSlot } from '../http/slot';
import { LoadGenerator } from '../load/load-generator';
import { interleave } from '../measure/interleave';
import { median, medianRatio } from '../measure/statistics.rules';
import { paymentRequests, UNIQUE } from '../payments/requests';
import { makeFixture, type Fixture } from '../platform/fixture';
import { platformPlan } from '../platform/plan';
import { ratio, table, tenths } from '../report/table';
import type { Section } from '../section';
import { writeCostReport, type RouteCost } from './cost-report';
import { listRequests, readRequests } from './requests';

const CONNECTIONS = 8;
const REQUESTS_PER_MINUTE = 1_000_000;
const PAYMENTS_BEFORE_MS = 3_000;
const AT_MOST = 1.05;
const PAIRS = 3;

const paymentIds = async ({ db }: Fixture): Promise<Map<string, string[]>> => {
  const ids = new Map<string, string[]>();
  for await (const { _id, tenantId } of db.collection('payments').find({}, { projection: { tenantId: 1 } })) {
    const tenant = String(tenantId);
    ids.set(tenant, [...(ids.get(tenant) ?? []), String(_id)]);
  }
  return ids;
};

/** The whole API with the isolation's three nets and without them: what they cost of a request's CPU. */
export const isolation: Section = async ({ databases, redis, options, say }) => {
  const ms = options.quick ? 300 : 600;
  const rounds = options.quick ? 1 : 15;
  const fixture = await makeFixture(databases.mongodbUri, options.quick ? 10 : 50, {
    requestsPerMinute: REQUESTS_PER_MINUTE,
  });
  const generator = new LoadGenerator();
  const servers: ServerProcess[] = [];
  try {
    const headers = { authorization: `Bearer ${fixture.tokens[0]}` };
    const plan = platformPlan(fixture, databases.redisUrl);
    // The nets can be switched off in tests alone; both run as a test does, or more than the nets would differ.
    const env = { ...plan.env, NODE_ENV: 'test' };
    const start = async (name: string, nodeArgs: string[]) => {
      const server = await ServerProcess.start({ ...plan, name, env, nodeArgs }, { path: '/v1/me', headers });
      servers.push(server);
      return server;
    };
    const netsOff = ['--require', path.join(__dirname, 'nets-off.js')];
    // Several of each: two processes of the very same code differ by some percent, by what V8 has made of it.
    const pairs: { on: ServerProcess; off: ServerProcess }[] = [];
    for (let pair = 1; pair <= (options.quick ? 1 : PAIRS); pair++) {
      const on = await start(`with the nets, ${pair}`, []);
      pairs.push({ on, off: await start(`without, ${pair}`, netsOff) });
    }
    const posts = { requests: paymentRequests(fixture, false), unique: UNIQUE, status: 201 };
    const order = { connections: CONNECTIONS, ms };
    say('isolation: making payments');
    for (const server of servers) {
      await generator.run({ ...posts, ...order, ms: PAYMENTS_BEFORE_MS, port: server.port });
    }
    const routes = [
      {
        route: 'GET /v1/payments/:id',
        requests: readRequests(fixture, await paymentIds(fixture)),
        status: 200,
      },
      { route: 'GET /v1/payments', requests: listRequests(fixture), status: 200 },
      { route: 'POST /v1/payments', ...posts },
    ];
    const contenders = routes.flatMap(({ route, ...load }) =>
      servers.map((server) => ({
        name: `${route} ${server.name}`,
        slot: () => httpSlot(server, generator, redis, { ...order, ...load }),
      })),
    );
    say('isolation: warming up');
    await interleave(contenders, options.quick ? 1 : 4);
    say('isolation: measuring');
    const measured = await interleave(contenders, rounds);
    await requireExactDecisions(servers[0]!.port);
    const costs = routes.map(({ route }): RouteCost => {
      const cpu = ({ name }: ServerProcess) => measured.get(`${route} ${name}`)!.cpu;
      const withNets = pairs.flatMap(({ on }) => cpu(on));
      const without = pairs.flatMap(({ off }) => cpu(off));
      return { route, on: median(withNets), off: median(without), ratio: medianRatio(withNets, without) };
    });
    await writeCostReport({
      at: new Date().toISOString(),
      node: process.versions.node,
      rounds,
      slot: ms,
      routes: costs,
    });
    const text =
      `${CONNECTIONS} connections, ${pairs.length} processes of each kind; medians of ${rounds} interleaved rounds of ${ms} ms. ` +
      'Without the nets the tenant stands beside the filter as one would write it by hand, and the driver’s connections are its own.';
    const rows = costs.map((cost) => [cost.route, tenths(cost.on), tenths(cost.off), ratio(cost.ratio)]);
    const head = ['CPU, us a request', 'with the nets', 'without', 'x'];
    const goals = costs.map((cost) => ({
      what: `CPU, x without the nets: ${cost.route}`,
      measured: cost.ratio,
      atMost: AT_MOST,
    }));
    return { text: `${text}\n\n${table(head, rows)}`, goals };
  } finally {
    generator.stop();
    for (const server of servers) await server.stop();
    await fixture.close();
  }
};
