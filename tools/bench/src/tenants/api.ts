import { requireExactDecisions } from '../http/exact-decisions';
import { meRequests } from '../http/requests';
import { ServerProcess } from '../http/server-process';
import { httpSlot, type HttpFigures } from '../http/slot';
import { LoadGenerator } from '../load/load-generator';
import { interleave, type Measured } from '../measure/interleave';
import { makeFixture } from '../platform/fixture';
import { platformPlan } from '../platform/plan';
import type { Workshop } from '../section';

/** So that few tenants can take all the load. */
const REQUESTS_PER_MINUTE = 10_000_000;

/** For each tenant: one fills the caches, the others have what is done rarely done. */
const REQUESTS_TO_WARM_UP = 3;

/** GET /v1/me with so many tenants that call in turn, a process for each number, by the number. */
export const apiByTenants = async (
  { databases, redis, say }: Workshop,
  counts: readonly number[],
  { ms, rounds }: { ms: number; rounds: number },
): Promise<Measured<keyof HttpFigures>> => {
  const fixture = await makeFixture(databases.mongodbUri, Math.max(...counts), {
    requestsPerMinute: REQUESTS_PER_MINUTE,
  });
  const generator = new LoadGenerator();
  const servers: ServerProcess[] = [];
  try {
    const requests = meRequests(fixture, false);
    const headers = { authorization: `Bearer ${fixture.tokens[0]}` };
    const contenders = [];
    for (const count of counts) {
      const server = await ServerProcess.start(platformPlan(fixture, databases.redisUrl), {
        path: '/v1/me',
        headers,
      });
      servers.push(server);
      const order = { connections: 50, requests: requests.slice(0, count), status: 200 };
      const slot = (duration: number) => httpSlot(server, generator, redis, { ...order, ms: duration });
      say(`tenants: warming up ${count}`);
      // In one go, for each begins with the first tenant: a tenant's first request is another matter.
      let warmed = 0;
      for (let duration = Math.max(ms, count); warmed < REQUESTS_TO_WARM_UP * count; duration *= 2) {
        warmed = ((await slot(duration)).rate * duration) / 1_000;
      }
      contenders.push({ name: String(count), slot: () => slot(ms) });
    }
    const measured = await interleave(contenders, rounds);
    for (const { port } of servers) await requireExactDecisions(port);
    return measured;
  } finally {
    generator.stop();
    for (const server of servers) await server.stop();
    await fixture.close();
  }
};
