import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type ApiProcess,
  type RunningApi,
} from '@financeops/testing';
import { csvOf, ended, sendFile, type Bulk } from './support';

const LINES = 10_000;
const KILLS = 20;

/** Cents of the n-th line. All are different, so that a lost line and a doubled one cannot cancel out. */
const cents = (n: number): number => 100 + n;

describe('A worker that is killed repeatedly', () => {
  let api: RunningApi;
  let admin: ApiClient;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as(
      await aTenant('ENTERPRISE')
        .unlimited()
        .madeBy(await api.asOperator()),
    );
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  it(`pays each of ${LINES} lines exactly once, over ${KILLS} kills`, async () => {
    const file = csvOf(
      Array.from({ length: LINES }, (_, n) => [`line-${n}`, (cents(n) / 100).toFixed(2)] as const),
    );
    const sent = await sendFile(admin, 'csv', file);
    expect(sent.status).toBe(202);
    const { id } = sent.body;
    const done = async (): Promise<number> => {
      const { body } = await admin.get<Bulk>(`/v1/bulk-payments/${id}`);
      return body.counts.completed;
    };

    for (let kill = 1; kill <= KILLS; kill++) {
      const worker: ApiProcess = await api.startWorker();
      // At a random point of this worker's share of the file, and of a turn.
      const goal = Math.floor((LINES * (kill - 1 + Math.random())) / (KILLS + 1));
      await until(`line ${goal} to be paid`, async () => (await done()) >= goal, {
        withinMs: 120_000,
        everyMs: 5,
      });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      worker.signal('SIGKILL');
      await worker.exit;
    }

    await api.startWorker();
    const bulk = await ended(admin, id, 240_000);
    expect(bulk).toMatchObject({
      status: 'COMPLETED',
      counts: { total: LINES, completed: LINES, failed: 0, rejected: 0, pending: 0 },
    });
    const payments = api.db
      .collection('payments')
      .find({ reference: /^line-/ }, { projection: { reference: 1, amount: 1, status: 1 } });
    const amounts = new Map<string, number>();
    let found = 0;
    for await (const payment of payments) {
      found++;
      expect(payment['status']).toBe('COMPLETED');
      amounts.set(payment['reference'] as string, Number(payment['amount']));
    }
    expect(found).toBe(LINES);
    expect(amounts.size).toBe(LINES);
    for (let n = 0; n < LINES; n++) expect(amounts.get(`line-${n}`)).toBe(cents(n));
  }, 600_000);
});
