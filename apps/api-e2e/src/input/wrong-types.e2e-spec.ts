import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type OpenApiDocument,
  type RunningApi,
} from '@financeops/testing';
import { jsonBodiesOf, placesIn, withValueAt } from '../support/json-bodies';

const WRONG: readonly unknown[] = [
  ...[[], [[]], [{}], [null], ['x'], [[{}]]],
  ...[{}, { x: {} }, { length: 1 }, { 0: [] }],
  ...[null, 0, -1, 1.5, 1e300, '', 'x', '\u0000', true, false],
];

let api: RunningApi;
let admin: ApiClient;
let operator: ApiClient;
let tenantId: string;
let document: OpenApiDocument;

beforeAll(async () => {
  api = await startApi();
  operator = await api.asOperator();
  admin = await api.as(await aTenant().unlimited().madeBy(operator));
  // Another one, since some of the changes are accepted.
  tenantId = (await aTenant().madeBy(operator)).id;
  document = (await api.client().get<OpenApiDocument>('/openapi.json')).body;
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const clientFor = (path: string): ApiClient => {
  if (path.startsWith('/v1/admin/')) return operator;
  return path.startsWith('/v1/auth/') ? api.client() : admin;
};

describe('A value of the wrong type, anywhere in a JSON body', () => {
  it('is refused or accepted, and never an error of the server', async () => {
    const bodies = jsonBodiesOf(document);
    expect(bodies.length).toBeGreaterThan(10);
    const failures: string[] = [];
    for (const { method, path, body } of bodies) {
      const target = path.replace('{id}', tenantId).replace('{domain}', 'pay.example.com');
      let refused = 0;
      for (const place of placesIn(body)) {
        for (const wrong of WRONG) {
          const sent = JSON.stringify(withValueAt(body, place, wrong));
          const { status } = await clientFor(path).send({
            method,
            path: target,
            headers: { 'content-type': 'application/json' },
            body: sent,
          });
          if (status >= 500 || status === 429) failures.push(`${status} ${method} ${target} ${sent}`);
          if (status === 400) refused += 1;
        }
      }
      if (refused === 0) failures.push(`${method} ${target}: nothing is refused`);
    }
    expect(failures).toEqual([]);
  });

  it.each([
    ['PATCH', '/v1/tenant', { settings: [] }, '/settings'],
    ['PATCH', '/v1/tenant', { settings: { branding: [] } }, '/settings/branding'],
    ['PATCH', '/v1/admin/tenants/{id}', { overrides: [] }, '/overrides'],
  ])('%s %s of %j is not valid', async (method, path, body, pointer) => {
    const reply = await clientFor(path).send<{ errors: { pointer: string }[] }>({
      method,
      path: path.replace('{id}', tenantId),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([reply.status, reply.body.errors.map((error) => error.pointer)]).toEqual([400, [pointer]]);
  });
});
