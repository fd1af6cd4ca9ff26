import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { aTenant, START_TIMEOUT_MS, startApi, until, ApiClient, type RunningApi } from '@financeops/testing';
import { expectProblem } from '../support/problem';
import { allItems, csvOf, ended, sample, sendFile, type Bulk } from './support';

const FOREIGN =
  '?mode=continue&currency=GBP&map=reference:Trans%20No,amount:Amount,creditorName:Supplier%20Name';

describe('Payment files over HTTP', () => {
  let api: RunningApi;
  let operator: ApiClient;
  let admin: ApiClient;
  let key: ApiClient;
  beforeAll(async () => {
    api = await startApi({ env: { BULK_MAX_BYTES: '300000' } });
    await api.startWorker();
    operator = await api.asOperator();
    admin = await api.as(await aTenant('PROFESSIONAL').unlimited().madeBy(operator));
    const bank = api.demo('first-bank');
    key = api.client({ 'x-tenant-id': bank.slug, 'x-api-key': bank.apiKey! });
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  /** A line for each file, so that no two tests send the same one. */
  const aFile = (lines = 2): string =>
    csvOf(Array.from({ length: lines }, () => [`ref-${randomBytes(6).toString('hex')}`, '12.50'] as const));

  it('pays a pain.001 and reports each of its lines', async () => {
    const sent = await sendFile(key, 'xml', sample('salaries.pain.001.001.09.xml'));
    expect(sent.status).toBe(202);
    expect(sent.headers['location']).toBe(`/v1/bulk-payments/${sent.body.id}`);
    expect(sent.body).toMatchObject({
      tenantId: api.demo('first-bank').id,
      format: 'pain.001.001.09',
      mode: 'atomic',
      counts: { total: 5, rejected: 0 },
      totals: [{ amount: 1_825_040, currency: 'EUR' }],
    });
    const done = await ended(key, sent.body.id);
    expect(done).toMatchObject({
      status: 'COMPLETED',
      counts: { total: 5, completed: 5, failed: 0, rejected: 0, pending: 0 },
    });
    const items = await allItems(key, done.id);
    expect(items.map(({ reference }) => reference)).toEqual([1, 2, 3, 4, 5].map((n) => `${done.id}-${n}`));
    expect(items[0]).toMatchObject({
      endToEndId: 'SAMPLE-SAL-01',
      amount: 348_020,
      creditor: { name: 'Jörg Beispiel', iban: 'DE89370400440532013000', bic: 'COBADEFFXXX' },
      status: 'COMPLETED',
      error: null,
    });
    const payment = await key.get<Record<string, unknown>>(`/v1/payments/${items[0]!.paymentId}`);
    expect(payment.body).toMatchObject({
      reference: `${done.id}-1`,
      amount: 348_020,
      amountCaptured: 348_020,
      status: 'COMPLETED',
      method: 'bank_transfer',
      metadata: { endToEndId: 'SAMPLE-SAL-01', requestedExecutionDate: '2026-11-30' },
    });
  });

  it('accepts version .03 with several batches and currencies', async () => {
    const { body, status } = await sendFile(key, 'xml', sample('suppliers.pain.001.001.03.xml'));
    expect(status).toBe(202);
    expect(body).toMatchObject({
      format: 'pain.001.001.03',
      totals: [
        { amount: 191_035, currency: 'CHF' },
        { amount: 50_000, currency: 'EUR' },
        { amount: 150_000, currency: 'JPY' },
      ],
    });
    expect(await ended(key, body.id)).toMatchObject({ status: 'COMPLETED', counts: { completed: 3 } });
  });

  it('accepts a CSV with mapped columns, and rejects invalid lines', async () => {
    const { body, status } = await sendFile(admin, 'csv', sample('suppliers.csv'), FOREIGN);
    expect(status).toBe(202);
    expect(await ended(admin, body.id)).toMatchObject({
      status: 'PARTIALLY_COMPLETED',
      format: 'csv',
      mode: 'continue',
      counts: { total: 12, completed: 11, failed: 0, rejected: 1, pending: 0 },
    });
    const [rejected, ...others] = await allItems(admin, body.id, '&status=REJECTED');
    expect(others).toEqual([]);
    expect(rejected).toMatchObject({
      line: 4,
      reference: 'SAMPLE-1003',
      paymentId: null,
      error: { pointer: '/amount' },
    });
  });

  it('accepts NDJSON, and reports which lines were declined', async () => {
    const { body } = await sendFile(admin, 'ndjson', sample('payouts.ndjson'));
    expect(await ended(admin, body.id)).toMatchObject({
      status: 'PARTIALLY_COMPLETED',
      counts: { total: 20, completed: 18, failed: 2 },
    });
    const failed = await allItems(admin, body.id, '&status=FAILED');
    expect(failed.map(({ line, error }) => [line, error?.code])).toEqual([
      [7, 'card_declined'],
      [13, 'card_declined'],
    ]);
  });

  it('refuses an invalid file with line, pointer and message of every error, and stores nothing', async () => {
    const before = await api.db.collection('bulk_payment_items').countDocuments({});
    const reply = await sendFile(key, 'xml', sample('broken.pain.001.001.09.xml'));
    expectProblem(reply, 'validation-failed');
    const { errors, errorCount } = reply.body as unknown as {
      errors: { line?: number; pointer?: string; message: string }[];
      errorCount: number;
    };
    expect(errorCount).toBe(errors.length);
    expect(errors.length).toBeGreaterThanOrEqual(4);
    expect(errors.every(({ message }) => message.length > 0)).toBe(true);
    expect(errors).toContainEqual(
      expect.objectContaining({
        pointer: expect.stringMatching(/CdtrAcct\/Id\/IBAN$/) as string,
        line: expect.any(Number) as number,
      }),
    );
    expect(await api.db.collection('bulk_payment_items').countDocuments({})).toBe(before);
  });

  it('pays a file once, however often it is sent', async () => {
    const file = aFile();
    const sent = await Promise.all(Array.from({ length: 20 }, () => sendFile(admin, 'csv', file)));
    expect(sent.map(({ status }) => status).toSorted()).toEqual([...Array<number>(19).fill(200), 202]);
    expect(new Set(sent.map(({ body }) => body.id)).size).toBe(1);
    expect(sent.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(19);
    const { id } = sent[0]!.body;
    expect(await ended(admin, id)).toMatchObject({ counts: { total: 2, completed: 2 } });
    expectProblem(await sendFile(admin, 'csv', file, '?mode=continue'), 'conflict');
    expectProblem(await sendFile(admin, 'csv', file, '?currency=EUR'), 'conflict');
  });

  it('refuses another file with the same MsgId', async () => {
    const again = sample('salaries.pain.001.001.09.xml').replace('Jörg', 'Joerg');
    expectProblem(await sendFile(key, 'xml', again), 'conflict');
  });

  it('lists bulk payments of one tenant, newest first', async () => {
    const first = await sendFile(admin, 'csv', aFile());
    const second = await sendFile(admin, 'csv', aFile());
    const page = await admin.get<{ data: Bulk[]; nextCursor: string }>('/v1/bulk-payments?limit=2');
    expect(page.body.data.map(({ id }) => id)).toEqual([second.body.id, first.body.id]);
    const next = await admin.get<{ data: Bulk[] }>(
      `/v1/bulk-payments?limit=2&cursor=${page.body.nextCursor}`,
    );
    expect(next.status).toBe(200);
    expectProblem(
      await key.get(`/v1/bulk-payments?limit=2&cursor=${page.body.nextCursor}`),
      'validation-failed',
    );
    for (const rest of ['', '/items', '/report']) {
      expectProblem(await key.get(`/v1/bulk-payments/${first.body.id}${rest}`), 'not-found');
    }
  });

  it('reports a whole file as JSON, and a pain.001 as a pain.002 of its version', async () => {
    const csv = await sendFile(admin, 'csv', aFile(230));
    await ended(admin, csv.body.id);
    const json = await admin.get<Bulk & { items: unknown[] }>(`/v1/bulk-payments/${csv.body.id}/report`);
    expect(json.headers['content-type']).toMatch(/^application\/json/);
    expect(json.body).toMatchObject({ id: csv.body.id, counts: { completed: 230 } });
    expect(json.body.items).toEqual(await allItems(admin, csv.body.id));
    const xml = { accept: 'application/xml' };
    expectProblem(await admin.get(`/v1/bulk-payments/${csv.body.id}/report`, xml), 'not-acceptable');
    expectProblem(
      await admin.get(`/v1/bulk-payments/${csv.body.id}/report`, { accept: 'text/plain' }),
      'not-acceptable',
    );

    const versions = { '.03': 'pain.002.001.03', '.09': 'pain.002.001.10' };
    const all = await key.get<{ data: Bulk[] }>('/v1/bulk-payments?limit=100');
    for (const [suffix, version] of Object.entries(versions)) {
      const { id } = all.body.data.find(({ format }) => format === `pain.001.001${suffix}`)!;
      const report = await key.get(`/v1/bulk-payments/${id}/report`, xml);
      expect(report.status).toBe(200);
      expect(report.headers['content-type']).toMatch(/^application\/xml/);
      expect(report.text).toContain(`urn:iso:std:iso:20022:tech:xsd:${version}`);
      expect(report.text).toContain('<GrpSts>ACSC</GrpSts>');
    }
  });

  it('counts each payment of a file, and refuses a file beyond the quota', async () => {
    const limited = await api.as(await aTenant('PROFESSIONAL').unlimited().withQuota(5).madeBy(operator));
    const reply = await sendFile(limited, 'csv', aFile(6));
    expectProblem(reply, 'quota-exceeded');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    const partly = await sendFile(limited, 'csv', aFile(6), '?mode=continue');
    expect(await ended(limited, partly.body.id)).toMatchObject({
      counts: { total: 6, completed: 5, rejected: 1 },
    });
    const [rejected] = await allItems(limited, partly.body.id, '&status=REJECTED');
    expect(rejected).toMatchObject({ error: { code: 'quota-exceeded' }, paymentId: null });
    const transactions = async () =>
      (await limited.get<{ usage: { transactions: number } }>('/v1/usage')).body.usage.transactions;
    await until('the worker to have counted them', async () => (await transactions()) === 5);
  });

  it('requires the permission to pay and a tier with the feature', async () => {
    const starter = await api.as(api.demo('corner-shop'));
    expectProblem(await sendFile(starter, 'csv', aFile()), 'feature-not-in-tier');
    const viewer = await api.as(api.demo('city-credit'), 'viewer');
    expectProblem(await sendFile(viewer, 'csv', aFile()), 'forbidden');
    expect((await viewer.get('/v1/bulk-payments')).status).toBe(200);
    expectProblem(await sendFile(api.client(), 'csv', aFile()), 'unauthenticated');
  });

  it('refuses other files and parameters', async () => {
    expectProblem(await admin.post('/v1/bulk-payments', { reference: 'x' }), 'unsupported-media-type');
    expectProblem(await sendFile(admin, 'csv', aFile(), '?mode=partly'), 'validation-failed');
    expectProblem(await sendFile(admin, 'csv', aFile(), '?currency=euro'), 'validation-failed');
    expectProblem(await sendFile(admin, 'csv', aFile(), '?map=amount'), 'validation-failed');
    expectProblem(
      await sendFile(admin, 'ndjson', sample('payouts.ndjson'), '?currency=EUR'),
      'validation-failed',
    );
    expectProblem(await sendFile(admin, 'csv', ''), 'validation-failed');
    expectProblem(await sendFile(admin, 'csv', 'x'.repeat(300_001)), 'payload-too-large');
    expectProblem(await sendFile(api.client(), 'csv', 'x'.repeat(300_001)), 'payload-too-large');
    const elsewhere = {
      method: 'POST',
      path: '/v1/payments',
      headers: { 'content-type': 'text/csv' },
      body: aFile(),
    };
    expectProblem(await admin.send(elsewhere), 'unsupported-media-type');
  });

  it('stops reading a chunked file when it becomes too large', async () => {
    const body = Buffer.from(`reference,amount,currency\r\n${'r,1.00,EUR\r\n'.repeat(40_000)}`);
    const headers = {
      'content-type': 'text/csv',
      'transfer-encoding': 'chunked',
      'content-length': undefined,
    };
    const reply = await admin.send({ method: 'POST', path: '/v1/bulk-payments', headers, body });
    expectProblem(reply, 'payload-too-large');
  });

  it('reuses a connection after it stopped reading a file', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const client = new ApiClient({ port: api.port, agent }, key.headers);
    const body = `<?xml version="1.0"?><!DOCTYPE x>${'<x/>'.repeat(60_000)}`;
    for (let time = 0; time < 3; time++) {
      expectProblem(await sendFile(client, 'xml', body), 'validation-failed');
      expect((await client.get('/v1/me')).status).toBe(200);
    }
    agent.destroy();
  });
});
