import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { START_TIMEOUT_MS, startApi, until, type RunningApi } from '@financeops/testing';
import { furnishedTenant, type FurnishedTenant } from './fuzz/furnished-tenant';
import { plans, type Plan } from './fuzz/plan';
import { requestFor, type Route } from './fuzz/request';
import { leakIn, likeness } from './fuzz/verdict';

interface Described {
  parameters?: { name: string; in: string }[];
  security?: unknown[];
}

const TENANTS = 10;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const requests = Number(process.env['ISOLATION_FUZZ_REQUESTS'] ?? 1_000);
const seed = Number(process.env['ISOLATION_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const report = process.env['ISOLATION_FUZZ_HTTP_REPORT'] ?? 'isolation-fuzz-http';
const REPORTS = path.resolve(__dirname, '../../../../reports');

/** Random requests to every route of the API's own description, with ids, credentials and names of several tenants. */
describe('Ten tenants at once, over HTTP', () => {
  let api: RunningApi;
  const tenants: FurnishedTenant[] = [];
  let routes: Route[];

  beforeAll(async () => {
    api = await startApi();
    await api.startWorker();
    const operator = await api.asOperator();
    for (let i = 0; i < TENANTS; i += 1) tenants.push(await furnishedTenant(api, operator));
    const { body } = await api
      .client()
      .get<{ paths: Record<string, Record<string, Described>> }>('/openapi.json');
    routes = Object.entries(body.paths).flatMap(([route, operations]) =>
      METHODS.filter((method) => method in operations).map((method) => ({
        method: method.toUpperCase(),
        path: route,
        query: (operations[method]!.parameters ?? [])
          .filter((each) => each.in === 'query')
          .map(({ name }) => name),
        isProtected: (operations[method]!.security ?? []).length > 0,
      })),
    );
    await until(
      'no turn to be left',
      async () => (await api.db.collection('bulk_turns').countDocuments({})) === 0,
    );
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  /** A fingerprint of each planted document, by its id. Behind requests alone the counters of usage are written. */
  const planted = async (): Promise<Record<string, string>> => {
    const prints: Record<string, string> = {};
    for (const { name } of await api.db.listCollections().toArray()) {
      if (/^(audit|usage)_/.test(name)) continue;
      for await (const document of api.db.collection(name).find()) {
        const text = JSON.stringify(document);
        if (tenants.some(({ marker }) => text.includes(marker))) {
          prints[`${name} ${String(document._id)}`] = createHash('sha256').update(text).digest('hex');
        }
      }
    }
    return prints;
  };

  it('shows each what it has planted, wherever a stranger could have been shown it', async () => {
    for (const { adminToken, marker, things } of tenants) {
      const admin = api.client().bearer(adminToken);
      const bulk = `/v1/bulk-payments/${things['/v1/bulk-payments']}`;
      const own = Object.entries(things)
        .filter(([prefix]) => prefix !== '/v1/admin/tenants' && prefix !== '/v1/bulk-payments')
        .flatMap(([prefix, id]) => [prefix, `${prefix}/${id}`]);
      for (const shows of [...own, `${bulk}/items`, `${bulk}/report`]) {
        const { status, text } = await admin.get(shows);
        expect([shows, status, text.includes(marker)]).toEqual([shows, 200, true]);
      }
    }
  });

  it(
    'never shows one of them in a reply to another, nor changes what is theirs',
    async () => {
      const before = await planted();
      const since = Date.now();
      const faults: unknown[] = [];
      const byRoute: Record<string, number> = {};
      let refused = 0;

      const send = async (plan: Plan): Promise<void> => {
        const request = requestFor(plan, routes, tenants);
        const { method, entitled, absentPath } = request;
        const route = routes[plan.route % routes.length]!;
        const name = `${method} ${route.path}`;
        byRoute[name] = (byRoute[name] ?? 0) + 1;
        const reply = await api.client().send(request);
        if (reply.status >= 400) refused += 1;
        const blame = (what: unknown) => faults.push({ plan, request: `${method} ${request.path}`, what });
        const leak = leakIn(reply, entitled, tenants);
        if (leak !== null) blame({ leak, text: reply.text });
        if (reply.status >= 500) blame({ status: reply.status });
        if (entitled === null && route.isProtected && reply.status < 400) blame({ answered: reply.status });
        if (absentPath !== null) {
          const absent = await api.client().send({ ...request, path: absentPath });
          const [theirs, nobodys] = [likeness(reply), likeness(absent)];
          if (JSON.stringify(theirs) !== JSON.stringify(nobodys)) blame({ theirs, nobodys });
        }
      };

      const all = plans(seed, requests);
      // As many at once as there are tenants, each an interleaved share of the plans.
      await Promise.all(
        tenants.map(async (_, lane) => {
          for (let at = lane; at < all.length; at += TENANTS) await send(all[at]!);
        }),
      );
      const after = await planted();
      const changed = Object.keys(before).filter((id) => after[id] !== before[id]);
      mkdirSync(REPORTS, { recursive: true });
      const seconds = Math.round((Date.now() - since) / 100) / 10;
      const figures = {
        ...{
          operations: requests,
          tenants: TENANTS,
          leaks: faults.length + changed.length,
          refused,
          seed,
          seconds,
        },
        ...{ at: new Date().toISOString(), byMethod: byRoute },
      };
      writeFileSync(path.join(REPORTS, `${report}.json`), `${JSON.stringify(figures, null, 2)}\n`);
      expect({ seed, faults: faults.slice(0, 5), changed }).toEqual({ seed, faults: [], changed: [] });
      expect(Object.keys(byRoute)).toHaveLength(routes.length);
    },
    120_000 + requests * 100,
  );
});
