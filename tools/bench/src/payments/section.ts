import path from 'node:path';
import { requireExactDecisions } from '../http/exact-decisions';
import { ServerProcess } from '../http/server-process';
import { httpSlot } from '../http/slot';
import { LoadGenerator } from '../load/load-generator';
import { interleave } from '../measure/interleave';
import { median, medianRatio } from '../measure/statistics.rules';
import { makeFixture } from '../platform/fixture';
import { platformPlan } from '../platform/plan';
import { ratio, table, tenths, whole } from '../report/table';
import type { Section } from '../section';
import { commandsOfAPayment } from './commands';
import { paymentRequests, UNIQUE } from './requests';

const CONNECTIONS = 20;
const BARE = 'fastify + driver: one transaction that inserts the document';

/** POST /v1/payments beside the least that could store a payment. */
export const payments: Section = async ({ databases, redis, options, say }) => {
  const ms = options.quick ? 500 : 3_000;
  const rounds = options.quick ? 1 : 3;
  const fixture = await makeFixture(databases.mongodbUri, options.quick ? 20 : 200);
  const generator = new LoadGenerator();
  const servers: ServerProcess[] = [];
  try {
    const headers = { authorization: `Bearer ${fixture.tokens[0]}` };
    const start = async (plan: Parameters<typeof ServerProcess.start>[0]) => {
      const server = await ServerProcess.start(plan, { path: '/v1/me', headers });
      servers.push(server);
      return server;
    };
    const platform = await start(platformPlan(fixture, databases.redisUrl));
    const bare = await start({
      name: BARE,
      module: path.join(__dirname, '../servers/bare-payments.js'),
      env: { MONGODB_URI: fixture.mongodbUri },
    });
    const contender = (name: string, server: ServerProcess, keyed: boolean) => {
      const requests = paymentRequests(fixture, keyed);
      const order = { connections: CONNECTIONS, ms, requests, unique: UNIQUE, status: 201 };
      return { name, slot: () => httpSlot(server, generator, redis, order) };
    };
    const contenders = [
      contender('this platform', platform, false),
      contender('this platform, with an Idempotency-Key', platform, true),
      contender(BARE, bare, false),
    ];
    say('payments: warming up');
    await interleave(contenders, 1);
    say('payments: measuring');
    const measured = await interleave(contenders, rounds);
    await requireExactDecisions(platform.port);
    const token = fixture.tokens[0] ?? '';
    const commands = [
      await commandsOfAPayment(platform, token, false),
      await commandsOfAPayment(platform, token, true),
    ];
    const bareRate = measured.get(BARE)!.rate;
    const rows = contenders.map(({ name }) => {
      const { rate, cpu, p50, p99 } = measured.get(name)!;
      return [
        name,
        whole(median(rate)),
        ratio(medianRatio(rate, bareRate)),
        whole(median(cpu)),
        tenths(median(p50)),
        tenths(median(p99)),
      ];
    });
    const text =
      `${CONNECTIONS} connections; medians of ${rounds} interleaved rounds of ${ms} ms after a warm-up. The platform's ` +
      'payment is two transactions around the gateway (the built-in simulator): the payment, its place in the quota, a ' +
      'note of work in flight; then the outcome and the audit event.';
    const head = ['POST /v1/payments', 'payments/s', 'x bare', 'CPU, us a payment', 'p50, ms', 'p99, ms'];
    const sent =
      `Commands to MongoDB for each payment, one after the other: ${tenths(commands[0] ?? 0)}, with an Idempotency-Key ` +
      `${tenths(commands[1] ?? 0)}; a limited quota adds one (payment-cost.int-spec.ts). Under load the removal of notes, one ` +
      'of them, is shared by many payments.';
    return { text: `${text}\n\n${table(head, rows)}\n\n${sent}`, goals: [] };
  } finally {
    generator.stop();
    for (const server of servers) await server.stop();
    await fixture.close();
  }
};
