import { sendBytes, START_TIMEOUT_MS, startApi, type RunningApi } from '@financeops/testing';
import { expectProblem } from '../support/problem';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
}, START_TIMEOUT_MS);
afterAll(async () => {
  // Whatever came, it was never our fault.
  expect(await api?.log()).not.toMatch(/"code":"internal"|"status":5\d\d/);
  await api?.stop();
});

const CRLF = '\r\n';
const REFUSED = /^HTTP\/1\.1 400 Bad Request\r\n/;

describe('What is not HTTP', () => {
  it.each<[string, string]>([
    ['nonsense', `hello${CRLF}${CRLF}`],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a request without a host', `GET /v1/me HTTP/1.1${CRLF}${CRLF}`],
    ['a header without a colon', `GET /v1/me HTTP/1.1${CRLF}Host: x${CRLF}broken line${CRLF}${CRLF}`],
    ['a space before the colon', `GET /v1/me HTTP/1.1${CRLF}Host : x${CRLF}${CRLF}`],
    ['a folded header', `GET /v1/me HTTP/1.1${CRLF}Host: x${CRLF}X-Tenant-ID: a${CRLF} b${CRLF}${CRLF}`],
    ['a zero byte in a header', `GET /v1/me HTTP/1.1${CRLF}Host: x${CRLF}X-Tenant-ID: a\0b${CRLF}${CRLF}`],
    ['a space in the target', `GET /v1/me x HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}`],
    ['an unknown version', `GET /v1/me HTTP/9.9${CRLF}Host: x${CRLF}${CRLF}`],
    ['a method that is none', `G\u0007T /v1/me HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}`],
    [
      'a length that is none',
      `POST /v1/payments HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: abc${CRLF}${CRLF}`,
    ],
    ['a negative length', `POST /v1/payments HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: -5${CRLF}${CRLF}`],
    [
      'two lengths',
      `POST /v1/payments HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: 2${CRLF}Content-Length: 3${CRLF}${CRLF}{}`,
    ],
    [
      'a length beside chunks',
      `POST /v1/payments HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: 2${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}`,
    ],
    [
      'a chunk size that is none',
      `POST /v1/payments HTTP/1.1${CRLF}Host: 127.0.0.1${CRLF}Content-Type: application/json${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}xyz${CRLF}`,
    ],
  ])('such as %s gets a bare 400 and no more of the connection', async (_, bytes) => {
    const reply = await sendBytes(api.port, bytes);
    expect(reply).toMatch(REFUSED);
    // Empty: of no length, or of no chunks.
    expect(reply.slice(reply.indexOf(CRLF + CRLF))).toMatch(/^\r\n\r\n(0\r\n\r\n)?$/);
  });

  it('because its headers are too long gets a bare 431', async () => {
    const long = `GET /v1/me HTTP/1.1${CRLF}Host: x${CRLF}X-Long: ${'a'.repeat(40_000)}${CRLF}${CRLF}`;
    expect(await sendBytes(api.port, long)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('leaves the server well', async () => {
    expect((await api.client().get('/health/ready')).status).toBe(200);
  });
});

describe('A target with a fault in its percent-encoding', () => {
  it.each(['/v1/payments/%', '/v1/payments/%zz', '/v1/payments/%ff', '/v1/%c0%af', '/%'])(
    '%s is a 4xx problem',
    async (path) => {
      const reply = await api.client().get(path);
      expect([400, 401, 404]).toContain(reply.status);
      expectProblem(
        reply,
        reply.status === 404 ? 'not-found' : reply.status === 401 ? 'unauthenticated' : 'bad-request',
      );
    },
  );

  it.each(['?limit=%', '?limit=%zz', '?%ff=1', '?reference=%c3%28'])(
    'in the query (%s) is no fault of ours',
    async (query) => {
      const bank = api.demo('first-bank');
      const client = api.client({ 'x-api-key': bank.apiKey });
      const reply = await client.get(`/v1/payments${query}`);
      expect([200, 400]).toContain(reply.status);
      if (reply.status === 400) expectProblem(reply, 'validation-failed');
    },
  );
});

describe('A request id', () => {
  it.each(['abc-123', 'a.b:c_d', '0', 'f'.repeat(128)])('%s is echoed', async (id) => {
    const reply = await api.client({ 'x-request-id': id }).get('/v1/me');
    expect(reply.headers['x-request-id']).toBe(id);
    expect(expectProblem(reply, 'unauthenticated').requestId).toBe(id);
  });

  it.each<[string, string | string[]]>([
    ['empty', ''],
    ['with a space', 'a b'],
    ['with markup', '<script>'],
    ['with quotes', '"x"'],
    ['of 129 characters', 'f'.repeat(129)],
    ['sent twice', ['a', 'b']],
    ['of other alphabets', '\u00e9'],
  ])('%s is replaced by one of ours', async (_, id) => {
    const { headers } = await api.client({ 'x-request-id': id }).get('/v1/me');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is made when there is none, on replies and problems, known routes and unknown ones', async () => {
    for (const path of ['/health/live', '/v1/me', '/nowhere', '/v1/payments/%zz']) {
      expect((await api.client().get(path)).headers['x-request-id']).toMatch(/^[\w-]{36}$/);
    }
  });
});
