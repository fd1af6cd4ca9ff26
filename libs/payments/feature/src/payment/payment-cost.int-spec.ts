import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { commandWatchOf } from '@financeops/core/mongo';
import {
  anOrder,
  aPaymentsApp,
  aTenant,
  aDatabase,
  type PaymentsApp,
  type TestDatabase,
} from '../testing/payments-app';

let database: TestDatabase;
let payments: PaymentsApp;
beforeAll(async () => {
  database = await aDatabase();
  payments = await aPaymentsApp(database);
});
afterAll(async () => {
  await payments?.app.close();
  await database?.drop();
});

/** Other commands are those of jobs: the audit log's sequencer, usage, the recovery. */
const COLLECTIONS = [
  'payments',
  'monthly_quotas',
  'idempotency_claims',
  'work_in_flight',
  'unresolved_payments',
];
const OTHERS = ['commitTransaction', 'abortTransaction'];

/** What was sent to MongoDB for payments so far, by command and collection. */
const sent = (): Record<string, number> => {
  const client = payments.app.get<Connection>(getConnectionToken()).getClient();
  const counts: Record<string, number> = {};
  for (const [command, byCollection] of commandWatchOf(client).sent) {
    for (const [collection, count] of byCollection) {
      const isJob = command === 'findAndModify' && collection === 'work_in_flight';
      if ((COLLECTIONS.includes(collection) || OTHERS.includes(command)) && !isJob)
        counts[`${command} ${collection}`.trim()] = count;
    }
  }
  return counts;
};

const MADE = 20;

/** Commands for one payment, of `MADE` in a row. */
const costOf = async (limit: number | undefined, keyed: boolean): Promise<Record<string, number>> => {
  const send = payments.as(await aTenant(database, 'ENTERPRISE', limit));
  const pay = async (at: number) =>
    send({
      method: 'POST',
      url: '/v1/payments',
      payload: anOrder(),
      ...(keyed ? { key: `cost-${at}` } : {}),
    });
  expect((await pay(-1)).status).toBe(201);
  const before = sent();
  for (let at = 0; at < MADE; at++) expect((await pay(at)).status).toBe(201);
  const each = Object.entries(sent()).map(
    ([name, count]) => [name, (count - (before[name] ?? 0)) / MADE] as const,
  );
  return Object.fromEntries(each.filter(([, count]) => count > 0));
};

/** Notes are removed several at a time, under load; one after the other, each for itself at worst. */
const REMOVAL = 'delete work_in_flight';

describe('What one payment sends to MongoDB', () => {
  it('with an Idempotency-Key and a limited quota', async () => {
    const { [REMOVAL]: removals = 0, ...cost } = await costOf(1_000, true);
    expect(cost).toEqual({
      'insert idempotency_claims': 1,
      'findAndModify monthly_quotas': 1,
      'insert payments': 1,
      'insert work_in_flight': 1,
      'findAndModify payments': 1,
      'findAndModify idempotency_claims': 1,
      commitTransaction: 2,
    });
    expect(removals).toBeLessThanOrEqual(1);
  });

  it('without either', async () => {
    const { [REMOVAL]: removals = 0, ...cost } = await costOf(undefined, false);
    expect(cost).toEqual({
      'insert payments': 1,
      'insert work_in_flight': 1,
      'findAndModify payments': 1,
      commitTransaction: 2,
    });
    expect(removals).toBeLessThanOrEqual(1);
  });
});
