import { connect } from 'node:net';
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

  it('ends though connections are kept open by clients with nothing to say', async () => {
    const idle = connect(api.port, '127.0.0.1');
    idle.on('error', () => undefined);
    const half = connect(api.port, '127.0.0.1');
    half.on('error', () => undefined);
    half.write('POST /v1/payments HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n');
    await admin.get('/v1/me');
    api.signal('SIGTERM');
    await endsInTime();
    idle.destroy();
    half.destroy();
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
