import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  aPayment,
  aPaymentTold,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import type { Payment } from '../support/views';

let api: RunningApi;
let admin: ApiClient;

beforeAll(async () => {
  api = await startApi({ env: { REDIS_TIMEOUT_MS: '40' }, faulty: ['mongodb', 'redis'] });
  admin = await api.as(api.demo('first-bank'), 'admin');
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

/** Rejects when the process is still there after the ten seconds of the contract. */
const endsInTime = async (): Promise<number | null> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('still there after 10 s')), 10_000);
  });
  return Promise.race([api.exit, late]).finally(() => clearTimeout(timer));
};

const stored = (reference: unknown) => api.db.collection('payments').countDocuments({ reference });

const refusesConnections = () =>
  new Promise<boolean>((resolve) => {
    const socket = connect(api.port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });

/** A client that sends these bytes and then nothing more. */
const leaveOpen = (bytes: string): Socket => {
  const socket = connect(api.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(bytes);
  return socket;
};

describe('A process that is told to stop', () => {
  afterEach(async () => {
    await api.databases.proxy('mongodb').restore();
    await api.databases.proxy('redis').restore();
    await api.restart();
  }, START_TIMEOUT_MS);

  it('finishes what is in flight, takes nothing new, and ends', async () => {
    const orders = Array.from({ length: 5 }, () => aPaymentTold('slow'));
    const inFlight = orders.map((order) => admin.post<Payment>('/v1/payments', order));
    for (const { reference } of orders as { reference: string }[]) {
      await until('the payment to be at the gateway', async () => (await stored(reference)) === 1);
    }
    api.signal('SIGTERM');
    await until('the port to be closed', refusesConnections);
    for (const reply of await Promise.all(inFlight)) {
      expect([reply.status, reply.body.status]).toEqual([201, 'COMPLETED']);
    }
    expect(await endsInTime()).toBe(0);
  });

  it('ends in good order though clients leave connections idle, or requests half-sent', async () => {
    const order = JSON.stringify(aPayment());
    const head = (length: number) =>
      `POST /v1/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${admin.headers['authorization'] as string}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\n`;
    const left = [
      '',
      'POST /v1/pay',
      head(10),
      `${head(order.length + 1)}\r\n${order}`,
      `${head(10)}Expect: 100-continue\r\n\r\n`,
      'POST /v1/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
      // The first of two is answered, and the second never ends.
      'GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /health/li',
    ].map((bytes) => leaveOpen(bytes));
    const slow = aPaymentTold('slow');
    const inFlight = admin.post<Payment>('/v1/payments', slow);
    await until('the payment to be at the gateway', async () => (await stored(slow['reference'])) === 1);
    api.signal('SIGTERM');
    const reply = await inFlight;
    expect([reply.status, reply.body.status]).toEqual([201, 'COMPLETED']);
    expect(await endsInTime()).toBe(0);
    for (const socket of left) socket.destroy();
  });

  it('takes what is being sent when it is told to stop, if the rest comes soon', async () => {
    const order = JSON.stringify(aPaymentTold('slow'));
    const half = leaveOpen(
      `POST /v1/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${admin.headers['authorization'] as string}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${order.length}\r\n\r\n${order.slice(0, 20)}`,
    );
    const received = text(half);
    // Its first half has arrived once a later request on another connection has been answered.
    await admin.get('/v1/me');
    api.signal('SIGTERM');
    await until('the port to be closed', refusesConnections);
    half.write(order.slice(20));
    expect(await received).toMatch(/^HTTP\/1\.1 201 [\s\S]*"status":"COMPLETED"/);
    expect(await endsInTime()).toBe(0);
  });

  it('ends though MongoDB hangs with a request in it', async () => {
    api.databases.proxy('mongodb').silence();
    const hanging = admin.post('/v1/payments', aPayment()).catch((error: unknown) => error);
    api.signal('SIGTERM');
    await endsInTime();
    await hanging;
  });

  it('ends though Redis hangs', async () => {
    api.databases.proxy('redis').silence();
    const reply = await admin.post<Payment>('/v1/payments', aPayment());
    expect(reply.status).toBe(201);
    api.signal('SIGTERM');
    expect(await endsInTime()).toBe(0);
  });

  it('ends though MongoDB and Redis are both gone', async () => {
    await api.databases.proxy('mongodb').cut();
    await api.databases.proxy('redis').cut();
    api.signal('SIGTERM');
    await endsInTime();
  });
});
