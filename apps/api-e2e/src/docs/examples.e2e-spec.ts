import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type OpenApiDocument,
  type RunningApi,
} from '@financeops/testing';
import { jsonBodiesOf } from '../support/json-bodies';

let api: RunningApi;
let admin: ApiClient;
let document: OpenApiDocument;

beforeAll(async () => {
  api = await startApi();
  admin = await api.as(await aTenant().madeBy(await api.asOperator()));
  document = (await api.client().get<OpenApiDocument>('/openapi.json')).body;
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

describe("The document's examples", () => {
  it.each(['/v1/payments', '/v1/users', '/v1/api-keys', '/v1/tenant/domains'])(
    'of POST %s can be sent as they are',
    async (path) => {
      const example = jsonBodiesOf(document).find((one) => one.method === 'POST' && one.path === path);
      const { status, text } = await admin.post(path, example?.body);
      expect([status, text]).toEqual([201, expect.any(String)]);
    },
  );

  it.each(['text/csv', 'application/x-ndjson'])('of a %s file can be uploaded as they are', async (type) => {
    const { requestBody } = document.paths['/v1/bulk-payments']?.['post'] as unknown as {
      requestBody: { content: Record<string, { example: string } | undefined> };
    };
    const { status, text } = await admin.send({
      method: 'POST',
      path: '/v1/bulk-payments',
      headers: { 'content-type': type },
      body: requestBody.content[type]?.example ?? '',
    });
    expect([status, text]).toEqual([202, expect.any(String)]);
  });
});
