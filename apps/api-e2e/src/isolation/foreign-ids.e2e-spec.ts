import { createHash } from 'node:crypto';
import {
  aPayment,
  aPaymentTold,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import { ended, sample, sendFile } from '../bulk/support';
import { rankScore } from '../support/rank-test';

interface OpenApi {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Whose ids a path's parameter takes, and one that nobody has. */
interface Things {
  ids: string[];
  nothing: string;
}

/** Bodies of routes that need one, so that no check of fields comes before the look for the thing. */
const BODIES: Record<string, unknown> = {
  'patch /v1/users/{id}': { name: 'Mallory' },
  'post /v1/api-keys/{id}/roll': { overlapSeconds: 10 },
};

/** Routes of the operator: there the id is a tenant's, and no tenant gets as far as that. */
const isOperators = (path: string): boolean => path.startsWith('/v1/admin/');

/** Counted times, headers of one request alone. */
const OWN_OF_A_REQUEST = /^(date|x-request-id|x-ratelimit-.*|ratelimit.*|content-length)$/;
const ROUNDS = 40;

/** Every route that takes an id, from the API's own description: a new one is in here by itself, or fails. */
describe("A neighbour's ids, on every route that takes one", () => {
  let api: RunningApi;
  let stranger: ApiClient;
  let owner: ApiClient;
  let ownerId: string;
  let things: Record<string, Things>;
  let routes: { method: (typeof METHODS)[number]; path: string }[];

  beforeAll(async () => {
    api = await startApi();
    await api.startWorker();
    const operator = await api.asOperator();
    const [ofOwner, ofStranger] = [
      await aTenant('ENTERPRISE').unlimited().madeBy(operator),
      await aTenant('ENTERPRISE').unlimited().madeBy(operator),
    ];
    ownerId = ofOwner.id;
    owner = await api.as(ofOwner);
    stranger = await api.as(ofStranger);
    things = await onCreate();
    const { body } = await api.client().get<OpenApi>('/openapi.json');
    routes = Object.entries(body.paths).flatMap(([path, operations]) =>
      METHODS.filter((method) => method in operations && path.includes('{')).map((method) => ({
        method,
        path,
      })),
    );
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  /** The owner has one of everything that has an id. */
  const onCreate = async (): Promise<Record<string, Things>> => {
    const made = async (path: string, body: unknown): Promise<string> => {
      const reply = await owner.post<{ id: string }>(path, body);
      if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${reply.text}`);
      return reply.body.id;
    };
    const payment = await made('/v1/payments', aPayment());
    const pending = await made('/v1/payments', aPaymentTold('timeout'));
    const deleted = await made('/v1/payments', aPayment());
    await owner.delete(`/v1/payments/${deleted}`);
    const user = await made('/v1/users', {
      email: 'viewer@owner.example',
      password: 'a long enough password',
      role: 'VIEWER',
    });
    const key = await made('/v1/api-keys', { name: 'server', scopes: ['payments:read'] });
    const domain = await owner.post('/v1/tenant/domains', { domain: 'pay.owner.example' });
    if (domain.status !== 201) throw new Error(domain.text);
    const bulk = await sendFile(owner, 'xml', sample('salaries.pain.001.001.09.xml'));
    if (bulk.status !== 202) throw new Error(bulk.text);
    await ended(owner, bulk.body.id);
    // Whoever works in the background has finished with it.
    await until(
      'no turn to be left',
      async () => (await api.db.collection('bulk_turns').countDocuments({})) === 0,
    );
    const nothing = 'f'.repeat(24);
    return {
      '/v1/payments': { ids: [payment, pending, deleted], nothing },
      '/v1/users': { ids: [user], nothing },
      '/v1/api-keys': { ids: [key], nothing },
      '/v1/tenant/domains': { ids: ['pay.owner.example'], nothing: 'pay.nobody.example' },
      '/v1/bulk-payments': { ids: [bulk.body.id], nothing },
      '/v1/admin/tenants': { ids: [ownerId], nothing },
    };
  };

  /** @throws Error for a route that nobody has told how to be asked */
  const thingsOf = (path: string): Things => {
    const found = Object.entries(things).find(([prefix]) => path.startsWith(`${prefix}/{`));
    if (found === undefined) {
      throw new Error(
        `${path} takes an id: have onCreate() make a thing for it, so that this test can try it`,
      );
    }
    return found[1];
  };

  const ask = (method: (typeof METHODS)[number], path: string, id: string): Promise<Reply> => {
    const body = BODIES[`${method} ${path}`];
    return stranger.send({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/, id),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  };

  const shown = ({ status, headers, text, target }: Reply, id: string) => ({
    status,
    headers: Object.entries(headers).filter(([name]) => !OWN_OF_A_REQUEST.test(name)),
    text: text
      .replaceAll(target, '<path>')
      .replaceAll(id, '<id>')
      .replace(/"requestId":"[^"]*"/, '"requestId":"<id>"'),
  });

  /**
   * A fingerprint, by collection, of everything that the owner has. Without what is written behind requests whoever asks:
   * the audit's chain, and the counters that a process writes down every two seconds.
   */
  const everything = async (): Promise<Record<string, string>> => {
    const collections = (await api.db.listCollections().toArray())
      .map(({ name }) => name)
      .filter((name) => !/^(audit|usage)_/.test(name));
    const prints: Record<string, string> = {};
    for (const name of collections) {
      const documents = await api.db.collection(name).find({}).sort({ _id: 1 }).toArray();
      const ofOwner = documents.filter((document) => JSON.stringify(document).includes(ownerId));
      if (ofOwner.length === 0) continue;
      prints[name] = createHash('sha256').update(JSON.stringify(ofOwner)).digest('hex');
    }
    return prints;
  };

  it('answers exactly as for an id that nobody has, and changes nothing', async () => {
    expect(routes.length).toBeGreaterThanOrEqual(15);
    const before = await everything();
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['payments', 'users', 'bulk_payment_items']));
    for (const { method, path } of routes) {
      const { ids, nothing } = thingsOf(path);
      const absent = shown(await ask(method, path, nothing), nothing);
      expect([`${method} ${path}`, absent.status]).toEqual([
        `${method} ${path}`,
        isOperators(path) ? 403 : 404,
      ]);
      for (const id of ids) {
        expect([`${method} ${path}`, shown(await ask(method, path, id), id)]).toEqual([
          `${method} ${path}`,
          absent,
        ]);
      }
    }
    expect(await everything()).toEqual(before);
  });

  it('takes no longer and no less for them', async () => {
    const scores: Record<string, number> = {};
    for (const { method, path } of routes.filter(({ path: each }) => !isOperators(each))) {
      const { ids, nothing } = thingsOf(path);
      const times = { there: [] as number[], absent: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        for (const which of round % 2 === 0
          ? (['there', 'absent'] as const)
          : (['absent', 'there'] as const)) {
          const began = performance.now();
          await ask(method, path, which === 'there' ? ids[0]! : nothing);
          times[which].push(performance.now() - began);
        }
      }
      scores[`${method} ${path}`] = rankScore(times.there, times.absent);
    }
    // By chance a score beyond 5 comes once in some million; a look that finds something differs by far more.
    const told = Object.entries(scores).filter(([, score]) => Math.abs(score) > 5);
    expect(told).toEqual([]);
  });
});
