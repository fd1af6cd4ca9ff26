import { ApiContract, type OpenApiDocument } from './api-contract';
import type { Reply } from './reply';

const document: OpenApiDocument = {
  paths: {
    '/v1/things/{id}': {
      get: {
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          204: {},
        },
      },
    },
    '/v1/things/all': { get: { responses: { 404: {} } } },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        required: ['id'],
        properties: { id: { type: 'string' }, at: { type: ['string', 'null'], format: 'date-time' } },
      },
    },
  } as OpenApiDocument['components'],
};
const contract = new ApiContract(document);

const reply = (
  status: number,
  body: unknown,
  target = '/v1/things/1?x',
  type = 'application/json',
): Reply => ({
  target,
  status,
  headers: { 'content-type': `${type}; charset=utf-8` },
  text: body === undefined ? '' : JSON.stringify(body),
  body,
});
const check = (...args: Parameters<typeof reply>) => contract.check('GET', reply(...args));

describe('The contract of an API', () => {
  it.each([
    [200, { id: 'a' }],
    [200, { id: 'a', at: null }],
    [200, { id: 'a', at: '2026-11-24T09:30:00.000Z' }],
    [204, undefined],
  ])('accepts a documented reply: %d %j', (status, body) => {
    expect(() => check(status, body)).not.toThrow();
  });

  it.each<[string, ...Parameters<typeof reply>]>([
    ['another status', 201, { id: 'a' }],
    ['a missing field', 200, {}],
    ['a field of another type', 200, { id: 1 }],
    ['a malformed time', 200, { id: 'a', at: 'yesterday' }],
    ['a field too many', 200, { id: 'a', secret: 'x' }],
    ['another media type', 200, { id: 'a' }, '/v1/things/1', 'text/plain'],
    ['a body where none is described', 204, { id: 'a' }],
    ['a reply of another route', 200, { id: 'a' }, '/v1/things/all'],
  ])('refuses %s', (_, ...args) => {
    expect(() => check(...args)).toThrow(/document/);
  });

  it('ignores requests for unknown routes', () => {
    expect(() => check(404, {}, '/v1/nothing')).not.toThrow();
    expect(() => contract.check('PUT', reply(404, {}))).not.toThrow();
  });
});
