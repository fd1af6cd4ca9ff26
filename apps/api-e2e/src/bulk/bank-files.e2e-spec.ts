import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { aTenant, START_TIMEOUT_MS, startApi, type ApiClient, type RunningApi } from '@financeops/testing';
import { allItems, ended, sendFile } from './support';

const folder = process.env['PAYMENT_SAMPLES_DIR'];

/** Content of each valid file: instructions, and sums by currency in minor units. */
const GOOD: Record<string, [count: number, sums: Record<string, number>]> = {
  '00303-german-dialect-eur-2tx.xml': [2, { EUR: 665_586 }],
  '03-iso-abc-corporation-jpy-eur-usd-strd.xml': [3, { EUR: 50_000_000, JPY: 10_000_000, USD: 100_000_000 }],
  '03-python-sepaxml-chf-domestic.xml': [2, { CHF: 6_012 }],
  '03-sepa-king-eur-2tx-no-ctrlsum.xml': [2, { EUR: 665_586 }],
  '03ch02-six-sample-chf-eur-2batches-strd.xml': [3, { CHF: 1_242_900, EUR: 342_100 }],
  '09-ch-cross-border-usd-uetr.xml': [1, { USD: 4_820_000 }],
  '09-ch-sps-qr-bill-chf-strd.xml': [1, { CHF: 348_855 }],
  '09-de-sepa-salary-eur-scor.xml': [2, { EUR: 623_050 }],
  '09-gb-bacs-supplier-run-gbp.xml': [2, { GBP: 576_050 }],
  '09-se-bankgiro-salary-sek.xml': [2, { SEK: 5_995_000 }],
  '09-us-ach-payroll-usd.xml': [2, { USD: 599_565 }],
  '11-minimal-ultimate-debtor-eur.xml': [1, { EUR: 100 }],
};

/** Lists of a town's spending: rows, refunds among them, and the total in pence. */
const LISTS: Record<string, [rows: number, refunds: number, sum: number]> = {
  'oxford-city-council-expenditure-over-500-apr-jun-2014.csv': [3_836, 13, 1_416_588_728],
  'oxford-city-council-expenditure-over-500-jul-sep-2017.csv': [3_259, 10, 1_134_400_535],
};

const FOREIGN =
  '?mode=continue&currency=GBP&map=reference:Trans%20No,amount:Amount,creditorName:Supplier%20Name';

/** The project's own samples. The files above are read when PAYMENT_SAMPLES_DIR is set. */
const OWN: typeof GOOD = {
  'salaries.pain.001.001.09.xml': [5, { EUR: 1_825_040 }],
  'suppliers.pain.001.001.03.xml': [3, { CHF: 191_035, EUR: 50_000, JPY: 150_000 }],
};

const read = (...names: string[]): Buffer => readFileSync(path.join(folder!, ...names));
const own = path.resolve(__dirname, '../../../../samples');
const good = [
  ...Object.entries(OWN).map(
    ([name, holds]) => [name, readFileSync(path.join(own, name)), ...holds] as const,
  ),
  ...(folder
    ? Object.entries(GOOD).map(([name, holds]) => [name, read('pain001', name), ...holds] as const)
    : []),
];

describe('Payment files written by banks’ software', () => {
  let api: RunningApi;
  let admin: ApiClient;
  beforeAll(async () => {
    api = await startApi();
    await api.startWorker();
    admin = await api.as(
      await aTenant('ENTERPRISE')
        .unlimited()
        .madeBy(await api.asOperator()),
    );
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  it.each(good)('%s is paid completely', async (_name, bytes, count, sums) => {
    const sent = await sendFile(admin, 'xml', bytes);
    expect(sent.text.slice(0, 300)).toContain('"status":"QUEUED"');
    const bulk = await ended(admin, sent.body.id);
    expect(bulk.counts).toEqual({ total: count, completed: count, failed: 0, rejected: 0, pending: 0 });
    expect(Object.fromEntries(bulk.totals.map(({ currency, amount }) => [currency, amount]))).toEqual(sums);
    const report = await admin.get(`/v1/bulk-payments/${bulk.id}/report`, { accept: 'application/xml' });
    expect(report.text.match(/<TxSts>ACSC<\/TxSts>/g)).toHaveLength(count);
  });

  if (!folder) return;

  it.each(readdirSync(path.join(folder, 'pain001-invalid')))(
    '%s is refused with line and message, and nothing is stored',
    async (name) => {
      const sent = await sendFile(admin, 'xml', read('pain001-invalid', name));
      expect(sent.status).toBe(400);
      const { code, errors } = sent.body as unknown as {
        code: string;
        errors: { line?: number; message: string; pointer?: string }[];
      };
      expect(code).toBe('validation-failed');
      for (const error of errors) expect(error).toMatchObject({ line: expect.any(Number) as number });
      const list = await admin.get<{ data: { id: string }[] }>('/v1/bulk-payments?limit=100');
      const stored = await api.db.collection('bulk_payment_items').distinct('bulkId');
      expect(stored.map(String).filter((id) => !list.body.data.some((bulk) => bulk.id === id))).toEqual([]);
    },
  );

  it.each(Object.entries(LISTS))('%s is paid except for its refunds', async (name, [rows, refunds, sum]) => {
    const file = read('csv', name);
    const sent = await sendFile(admin, 'csv', file, FOREIGN);
    expect(sent.status).toBe(202);
    const bulk = await ended(admin, sent.body.id, 120_000);
    expect(bulk.counts).toMatchObject({
      total: rows,
      completed: rows - refunds,
      rejected: refunds,
      pending: 0,
    });
    const rejected = await allItems(admin, bulk.id, '&status=REJECTED');
    // Refunds have negative amounts, which payments cannot have. Together they match the file to the penny.
    const lines = file.toString('utf8').split('\r\n');
    const negative = rejected.map(({ line }) => Number(/,(-\d+\.?\d*),/.exec(lines[line - 1]!)![1]));
    const refunded = negative.reduce((total, amount) => total + Math.round(amount * 100), 0);
    expect(bulk.totals[0]!.amount + refunded).toBe(sum);
  });
});
