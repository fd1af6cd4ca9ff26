import { LoadGenerator } from '../load/load-generator';
import { interleave, type Measured } from '../measure/interleave';
import { median, medianRatio } from '../measure/statistics.rules';
import { makeFixture } from '../platform/fixture';
import type { Goal } from '../report/goals';
import { ratio, table, tenths, whole } from '../report/table';
import type { Section } from '../section';
import { httpContenders, type ContenderKey } from './contenders';
import { requireExactDecisions } from './exact-decisions';
import { profileApi } from './profile';
import { meRequests } from './requests';
import { ServerProcess } from './server-process';
import { httpSlot, type HttpFigures } from './slot';

const CONNECTIONS = 50;
type Figures = Measured<keyof HttpFigures>;

const GOALS: [ContenderKey, number][] = [
  ['nestExpress', 5],
  ['nestExpressKey', 5],
  ['nestFastify', 2.5],
  ['nestFastifyKey', 2.5],
  ['fastifyLimit', 0.85],
  ['physical', 0.6],
];

const report = (names: Map<ContenderKey, string>, measured: Figures): string => {
  const ours = measured.get(names.get('platform')!)!;
  return table(
    [
      'GET /v1/me',
      'requests/s',
      'this platform is',
      'CPU, us a request',
      'Redis CPU, us',
      'p50, ms',
      'p99, ms',
    ],
    [...names.values()].map((name) => {
      const of = measured.get(name)!;
      return [
        name,
        whole(median(of.rate)),
        `${ratio(medianRatio(ours.rate, of.rate))} x`,
        tenths(median(of.cpu)),
        tenths(median(of.redis)),
        tenths(median(of.p50)),
        tenths(median(of.p99)),
      ];
    }),
  );
};

/** The whole authenticated API beside what a team could pick instead. */
export const http: Section = async (workshop) => {
  const { databases, redis, options, say } = workshop;
  if (options.profile) return profileApi(workshop);
  const tenants = options.quick ? 100 : 1_000;
  const ms = options.quick ? 300 : 3_000;
  const rounds = options.quick ? 1 : 5;
  const fixture = await makeFixture(databases.mongodbUri, tenants);
  const generator = new LoadGenerator();
  const servers: ServerProcess[] = [];
  try {
    const plans = httpContenders(fixture, databases.redisUrl);
    const headers = { authorization: `Bearer ${fixture.tokens[0]}`, 'x-tenant-id': fixture.tenantIds[0]! };
    const contenders = [];
    for (const plan of plans) {
      const server = await ServerProcess.start(plan, { path: '/v1/me', headers });
      servers.push(server);
      const requests = meRequests(fixture, plan.needs === 'name');
      const order = { connections: CONNECTIONS, ms, requests, status: 200 };
      contenders.push({ name: plan.name, slot: () => httpSlot(server, generator, redis, order) });
    }
    say('http: warming up');
    await interleave(contenders, 3);
    say('http: measuring');
    const measured = await interleave(contenders, rounds);
    await requireExactDecisions(servers[0]!.port);
    const names = new Map(plans.map(({ key, name }) => [key, name]));
    const rates = (key: ContenderKey) => measured.get(names.get(key)!)!.rate;
    const goals: Goal[] = GOALS.map(([key, atLeast]) => ({
      what: `requests/s, x ${names.get(key)}`,
      measured: medianRatio(rates('platform'), rates(key)),
      atLeast,
    }));
    const text =
      `${CONNECTIONS} connections, ${whole(tenants)} tenants in turn, one server process each; medians of ${rounds} ` +
      `interleaved rounds of ${ms} ms after three to warm up. Limiters alone and the physical limit check no token and know no ` +
      'tenant; the platform alone writes an access log and keeps metrics.';
    return { text: `${text}\n\n${report(names, measured)}`, goals };
  } finally {
    generator.stop();
    for (const server of servers) await server.stop();
    await fixture.close();
  }
};
