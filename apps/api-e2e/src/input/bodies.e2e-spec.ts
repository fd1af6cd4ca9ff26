import { gzipSync } from 'node:zlib';
import {
  aPayment,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type Headers,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';

let api: RunningApi;
let admin: ApiClient;
let tenant: BuiltTenant;

beforeAll(async () => {
  api = await startApi();
  tenant = await aTenant()
    .unlimited()
    .madeBy(await api.asOperator());
  admin = await api.as(tenant);
}, START_TIMEOUT_MS);
afterEach(async () => {
  // Whatever was refused has left nothing behind.
  for (const name of ['payments', 'idempotency_claims', 'work_in_flight']) {
    expect([name, await api.db.collection(name).countDocuments()]).toEqual([name, 0]);
  }
});
afterAll(() => api?.stop());

const pay = (body: unknown) => admin.post('/v1/payments', body);
const payRaw = (body: string | Buffer, headers: Record<string, string> = {}) =>
  admin.send({
    method: 'POST',
    path: '/v1/payments',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers },
    body,
  });

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

describe('A body that is not JSON', () => {
  it.each<[string, string | Buffer]>([
    ['cut off', '{"reference":"r"'],
    ['not JSON at all', 'reference=r&amount=1'],
    ['JSON with a comma too many', '{"amount":1,}'],
    ['two values', '{}{}'],
    ['in single quotes', "{'amount':1}"],
    ['NaN', '{"amount":NaN}'],
    ['Infinity', '{"amount":Infinity}'],
    ['a hexadecimal number', '{"amount":0x10}'],
    ['a number with a leading zero', '{"amount":0123}'],
    ['a control character in a string', '{"reference":"a\nb"}'],
    ['UTF-8 that is none', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', Buffer.from('{"amount":1}', 'utf16le')],
    ['zero bytes', Buffer.alloc(64)],
    ['open brackets without end', '['.repeat(100_000)],
    ['brackets 100,000 deep', nested(100_000, '[', ']')],
    ['objects 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    [
      'objects 33 deep',
      JSON.stringify(aPayment()).replace(/}$/, `,"metadata":${'{"a":'.repeat(33)}1${'}'.repeat(34)}`),
    ],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['__proto__ spelt in escapes', '{"\\u005f_proto__":{"amount":1}}'],
    ['__proto__ further in', JSON.stringify(aPayment()).replace(/}$/, ',"metadata":{"__proto__":"x"}}')],
  ])('but %s is a bad request', async (_, body) => {
    expectProblem(await payRaw(body), 'bad-request');
  });

  it.each<[string, string]>([
    ['a list', '[]'],
    ['a list of bodies', `[${JSON.stringify(aPayment())}]`],
    ['null', 'null'],
    ['a string', '"x"'],
    ['a number', '7'],
    ['true', 'true'],
  ])('object but %s is not valid', async (_, body) => {
    expectProblem(await payRaw(body), 'validation-failed');
  });

  it('but nothing lacks every field', async () => {
    const pointers = ['/amount', '/currency', '/method', '/reference'];
    expectProblem(await pay(undefined), 'validation-failed', { pointers });
    expectProblem(await payRaw(''), 'validation-failed', { pointers });
    expectProblem(await pay({}), 'validation-failed', { pointers });
  });
});

describe('A field', () => {
  it.each([
    'tenantId',
    '_id',
    'id',
    'status',
    'createdBy',
    'deletedAt',
    'amountCaptured',
    '$set',
    '$where',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'prototype',
    'Amount',
    '',
    'a/b',
    'a~b',
    '\u0000',
  ])('named %j is not known', async (name) => {
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    expectProblem(await pay(aPayment({ [name]: tenant.id })), 'validation-failed', { pointers: [pointer] });
  });

  const notStrings: [string, unknown][] = [
    ['an operator', { $gt: '' }],
    ['another operator', { $ne: null }],
    ['a regular expression', { $regex: '.*' }],
    ['a list', ['x']],
    ['a list with an operator', [{ $gt: '' }]],
    ['null', null],
    ['a number', 5],
    ['true', true],
    ['an empty object', {}],
  ];
  for (const field of ['reference', 'currency', 'method', 'description']) {
    it.each(notStrings)(`${field} is no text when it is %s`, async (_, value) => {
      expectProblem(await pay(aPayment({ [field]: value })), 'validation-failed', {
        pointers: [`/${field}`],
      });
    });
  }

  it.each<[string, unknown]>([
    ['negative', -1],
    ['zero', 0],
    ['negative zero', -0],
    ['a fraction', 12.5],
    ['a small fraction', 0.01],
    ['one too many', 1_000_000_000_000],
    ['beyond 2^53', 9_007_199_254_740_993],
    ['beyond any integer', 1e300],
    ['text', '1250'],
    ['text with a fraction', '12.50'],
    ['empty text', ''],
    ['null', null],
    ['true', true],
    ['a list', [1250]],
    ['an operator', { $gt: 0 }],
    ['Money', { amount: 1250, currency: 'EUR' }],
    ['BSON in JSON', { $numberLong: '1250' }],
  ])('amount is none when it is %s', async (_, amount) => {
    expectProblem(await pay(aPayment({ amount })), 'validation-failed', { pointers: ['/amount'] });
  });

  it.each([
    ...['1e400', '-1e400', '1.0000000000000000000001e400', '1250.5', '1e-1'],
    ...[
      '0.99999999999999999999',
      '1.00000000000000001',
      '1250.000000000000000001',
      '99999999999999999999.5e-18',
    ],
  ])('amount is none when it is written %s', async (written) => {
    const body = JSON.stringify(aPayment({ amount: 1 })).replace('"amount":1', `"amount":${written}`);
    expectProblem(await payRaw(body), 'validation-failed', { pointers: ['/amount'] });
  });

  it.each([
    'EURO',
    'eur',
    'Eur',
    'XXX',
    'XTS',
    'ZZZ',
    'EU',
    '',
    ' EUR',
    'EUR ',
    '978',
    '\u20ac',
    '__proto__',
    'constructor',
  ])('currency is none when it is %j', async (currency) => {
    expectProblem(await pay(aPayment({ currency })), 'validation-failed', { pointers: ['/currency'] });
  });

  it.each(['', 'cash', 'CARD', 'card ', 'constructor'])('method is none when it is %j', async (method) => {
    expectProblem(await pay(aPayment({ method })), 'validation-failed', { pointers: ['/method'] });
  });

  it.each<[string, string]>([
    ['empty', ''],
    ['of 129 characters', 'x'.repeat(129)],
    ['with a line break', 'a\nb'],
    ['with a zero character', 'a\u0000b'],
    ['with DEL', 'a\u007fb'],
    ['with a C1 control', 'a\u0085b'],
    ['with half a surrogate pair', 'a\ud800b'],
  ])('reference is none when it is %s', async (_, reference) => {
    expectProblem(await pay(aPayment({ reference })), 'validation-failed', { pointers: ['/reference'] });
  });

  it('description has 500 characters at most', async () => {
    const pointers = ['/description'];
    expectProblem(await pay(aPayment({ description: 'x'.repeat(501) })), 'validation-failed', { pointers });
  });

  it('capture is true, so far', async () => {
    for (const capture of [false, null, 'true', 1, {}]) {
      expectProblem(await pay(aPayment({ capture })), 'validation-failed', { pointers: ['/capture'] });
    }
  });

  it.each<[string, unknown, string]>([
    ['a list', [], '/metadata'],
    ['text', 'x', '/metadata'],
    ['null', null, '/metadata'],
    ['of 51 keys', Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])), '/metadata'],
    ['with a number', { a: 1 }, '/metadata/a'],
    ['with an object', { a: { b: 'c' } }, '/metadata/a'],
    ['with null', { a: null }, '/metadata/a'],
    ['with a list', { a: ['b'] }, '/metadata/a'],
    ['with a value of 501 characters', { a: 'x'.repeat(501) }, '/metadata/a'],
    ['with a key of 41 characters', { ['k'.repeat(41)]: 'v' }, `/metadata/${'k'.repeat(41)}`],
    ['with an empty key', { '': 'v' }, '/metadata/'],
    ['with an operator', { $set: 'v' }, '/metadata/$set'],
    ['with a point in a key', { 'a.b': 'v' }, '/metadata/a.b'],
    ['with a slash in a key and a number', { 'a/b': 1 }, '/metadata/a~1b'],
    ['with constructor', { constructor: 'v' }, '/metadata/constructor'],
    ['with toString', { toString: 'v' }, '/metadata/toString'],
  ])('metadata is none when it is %s', async (_, metadata, pointer) => {
    expectProblem(await pay(aPayment({ metadata })), 'validation-failed', { pointers: [pointer] });
  });

  it('is one of several: the problem names every one that is wrong', async () => {
    const body = { reference: '', amount: -1, currency: 'euro', method: 'cash', tenantId: 'x' };
    const pointers = ['/amount', '/currency', '/method', '/reference', '/tenantId'];
    expectProblem(await pay(body), 'validation-failed', { pointers });
  });
});

describe('A body on a route that takes none', () => {
  it('is refused when it says anything', async () => {
    const id = 'f'.repeat(24);
    for (const path of [`/v1/payments/${id}/cancel`, `/v1/payments/${id}/restore`]) {
      expectProblem(await admin.post(path, { tenantId: tenant.id }), 'validation-failed', {
        pointers: ['/tenantId'],
      });
      expectProblem(await admin.post(path, {}), 'not-found');
    }
  });
});

describe('A body that is too large', () => {
  it.each<[string, number]>([
    ['10 MB', 10_000_000],
    ['one byte more than 1 MiB', 1_048_577],
  ])('of %s is refused, and the client that is still sending it hears of it', async (_, size) => {
    const body = Buffer.alloc(size, ' ');
    expectProblem(await payRaw(body), 'payload-too-large');
  });

  it('in chunks, with no length told, is refused too', async () => {
    const reply = await payRaw(Buffer.alloc(2_000_000, ' '), {
      'transfer-encoding': 'chunked',
      'content-length': undefined as unknown as string,
    });
    expectProblem(reply, 'payload-too-large');
  });

  it('is one of 1 MiB at the least', async () => {
    const body = Buffer.alloc(1_048_576, ' ');
    body.write('{"reference":""}');
    expectProblem(await payRaw(body), 'validation-failed');
  });
});

describe('A body of another type', () => {
  it.each([
    'text/plain',
    'text/xml',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/jsonx',
    'text/json',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'garbage',
    'application/json,text/plain',
  ])('%s is not taken', async (type) => {
    expectProblem(
      await payRaw(JSON.stringify(aPayment()), { 'content-type': type }),
      'unsupported-media-type',
    );
  });

  it('without a type is not taken', async () => {
    const body = JSON.stringify(aPayment());
    expectProblem(
      await payRaw(body, { 'content-type': undefined as unknown as string }),
      'unsupported-media-type',
    );
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'GZIP', 'gzip, gzip', 'identity, gzip', 'x'])(
    'compressed by %s is not taken',
    async (encoding) => {
      const body = gzipSync(JSON.stringify(aPayment()));
      expectProblem(await payRaw(body, { 'content-encoding': encoding }), 'unsupported-media-type');
    },
  );

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset="UTF-8"'])(
    'is none of %s',
    async (type) => {
      expectProblem(await payRaw('{}', { 'content-type': type }), 'validation-failed');
    },
  );
});

describe('No body at all', () => {
  const cancelNobody = (headers: Headers, body?: string) =>
    admin.send({ method: 'POST', path: `/v1/payments/${'f'.repeat(24)}/cancel`, headers, body });
  const chunked = { 'transfer-encoding': 'chunked', 'content-length': undefined };

  it.each<[string, Headers]>([
    ['with no word of it', { 'content-length': undefined }],
    ['of length 0', { 'content-length': '0' }],
    ['in chunks, of which the first is the last', chunked],
    ['in chunks, of type JSON', { ...chunked, 'content-type': 'application/json' }],
  ])('%s needs no type: such an action is taken as far as its payment', async (_, headers) => {
    expectProblem(await cancelNobody(headers), 'not-found');
  });

  it('is not what comes in chunks with a byte in them and no type, or with a type that is not taken', async () => {
    expectProblem(await cancelNobody(chunked, ' '), 'unsupported-media-type');
    expectProblem(await cancelNobody({ ...chunked, 'content-type': 'text/plain' }), 'unsupported-media-type');
  });

  it('nor any other hides that a route is unknown', async () => {
    const send = (headers: Headers, body?: string) =>
      admin.send({ method: 'POST', path: '/v1/nowhere', headers, body });
    expectProblem(await send(chunked), 'not-found');
    expectProblem(await send(chunked, 'text'), 'not-found');
    expectProblem(await send({ 'content-type': 'text/plain' }, 'text'), 'not-found');
  });
});

describe('What is wrong first is told first', () => {
  it('size and syntax before the credential, the credential before the fields', async () => {
    const nobody = api.client({ 'content-type': 'application/json' });
    const send = (body: string | Buffer) => nobody.send({ method: 'POST', path: '/v1/payments', body });
    expectProblem(await send(Buffer.alloc(1_100_000, ' ')), 'payload-too-large');
    expectProblem(await send('{'), 'bad-request');
    expectProblem(await send('{"tenantId":"x"}'), 'unauthenticated');
  });
});
