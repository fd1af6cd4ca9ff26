import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { duplicateKeyFields } from '@financeops/core/mongo';
import {
  aTenant,
  anInvoice,
  anIsolationWorld,
  type Invoice,
  type IsolationWorld,
} from '../../testing/isolation.fixture';
import { onViolation, type NetViolation } from '../../src/audit/violations';
import { probeWire } from '../../src/wire-probe/wire-probe';

/** References that all tenants use: the same name must mean each one's own document. */
const REFERENCES = ['r0', 'r1', 'r2', 'r3'] as const;
type Reference = (typeof REFERENCES)[number];

interface Kept {
  amount: bigint;
  paid: boolean;
  deleted: boolean;
}
type Shelf = Map<string, Kept>;

const reference = fc.constantFrom(...REFERENCES);
const operation = fc.record({
  kind: fc.constantFrom(
    'create',
    'createMany',
    'find',
    'findOne',
    'exists',
    'count',
    'distinct',
    'paginate',
    'stream',
    'updateOne',
    'updateMany',
    'delete',
    'restore',
    'bulkWrite',
    'aggregate',
    'lookup',
  ),
  reference,
  amount: fc.bigInt({ min: 1n, max: 2n ** 40n }),
  /** Turns of the event loop before the operation, and between its call and its await. */
  waits: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
});
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;

const pause = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
};

const living = (shelf: Shelf): [string, Kept][] => [...shelf].filter(([, kept]) => !kept.deleted).sort();
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

describe('many tenants at once', () => {
  let world: IsolationWorld;
  let stop: () => void;
  const violations: NetViolation[] = [];
  beforeAll(async () => {
    world = await anIsolationWorld();
    const probe = probeWire(world.connection);
    const listener = onViolation((violation) => violations.push(violation));
    stop = () => {
      probe();
      listener();
    };
  });
  afterAll(async () => {
    stop();
    await world.close();
  });

  /** Calls the repository and says what a tenant's shelf makes of it: the result it must have. */
  const call = (
    { kind, reference, amount }: Operation,
    shelf: Shelf,
  ): { asked: Promise<unknown>; expected: unknown } => {
    const { invoices } = world;
    const kept = shelf.get(reference);
    const alive = kept !== undefined && !kept.deleted;
    const names = living(shelf).map(([name]) => name);
    const reads = (found: readonly Invoice[]) => found.map((invoice) => invoice.reference).sort();
    const filter = { reference };
    switch (kind) {
      case 'create':
      case 'createMany': {
        if (kept === undefined) shelf.set(reference, { amount, paid: false, deleted: false });
        const document = anInvoice({ reference, amount });
        const asked = kind === 'create' ? invoices.create(document) : invoices.createMany([document]);
        return {
          asked: asked.then(
            () => 'created',
            (error: unknown) => duplicateKeyFields(error),
          ),
          // The driver's bulk error doesn't say which index refused.
          expected: kept === undefined ? 'created' : kind === 'create' ? ['tenantId', 'reference'] : [],
        };
      }
      case 'find':
        return { asked: invoices.find().then(reads), expected: names };
      case 'findOne':
        return {
          asked: invoices.findOne({ filter }).then((found) => found?.amount ?? null),
          expected: alive ? kept.amount : null,
        };
      case 'exists':
        return { asked: invoices.exists({ filter }), expected: alive };
      case 'count':
        return { asked: invoices.count(), expected: names.length };
      case 'distinct':
        return { asked: invoices.distinct('reference').then((found) => [...found].sort()), expected: names };
      case 'paginate':
        return {
          asked: invoices.paginate({ limit: 100 }).then(({ items }) => reads(items)),
          expected: names,
        };
      case 'stream': {
        const stream = invoices.stream();
        const collect = async () => {
          const found: Invoice[] = [];
          for await (const invoice of stream) found.push(invoice);
          return reads(found);
        };
        return { asked: collect(), expected: names };
      }
      case 'updateOne': {
        const met = alive && !kept.paid;
        if (met) kept.paid = true;
        return {
          asked: invoices
            .updateOne({ reference, status: 'OPEN' }, { $set: { status: 'PAID' } })
            .then((updated) => updated?.isPaid() ?? null),
          expected: met ? true : null,
        };
      }
      case 'updateMany':
        for (const [, one] of living(shelf)) one.amount += 1n;
        return {
          asked: invoices.updateMany({}, { $inc: { amount: 1n } }).then(({ modified }) => modified),
          expected: names.length,
        };
      case 'delete':
        if (alive) kept.deleted = true;
        return {
          asked: invoices.delete(filter, 'x').then((deleted) => deleted?.isDeleted() ?? null),
          expected: alive ? true : null,
        };
      case 'restore': {
        const gone = kept?.deleted === true;
        if (gone) kept.deleted = false;
        return {
          asked: invoices.restore(filter).then((restored) => restored?.reference ?? null),
          expected: gone ? reference : null,
        };
      }
      case 'bulkWrite':
        if (alive) kept.amount = amount;
        return {
          asked: invoices
            .bulkWrite([{ updateOne: { filter, update: { $set: { amount } } } }])
            .then(({ matched }) => matched),
          expected: alive ? 1 : 0,
        };
      case 'aggregate':
        return {
          asked: invoices
            .aggregate<{ total: number }>([{ $group: { _id: null, total: { $sum: '$amount' } } }])
            .then(([group]) => BigInt(group?.total ?? 0)),
          expected: sum(living(shelf).map(([, one]) => one.amount)),
        };
      case 'lookup':
        return {
          asked: invoices
            .aggregate<{ same: unknown[] }>([
              {
                $lookup: { from: 'invoices', localField: 'reference', foreignField: 'reference', as: 'same' },
              },
            ])
            .then((found) => found.map(({ same }) => same.length)),
          expected: names.map(() => 1),
        };
    }
  };

  it('each sees its own documents alone, however their operations interleave', async () => {
    const scripts = fc.array(fc.array(operation, { minLength: 1, maxLength: 12 }), {
      minLength: 2,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const tenants = script.map(() => aTenant());
        await Promise.all(
          script.map(async (operations, index) => {
            const shelf: Shelf = new Map<Reference, Kept>();
            for (const one of operations) {
              const [before, after] = one.waits;
              await pause(before);
              const { asked, expected } = world.as(tenants[index]!, () => call(one, shelf));
              // Awaited in a neighbour's context: the operation stays its caller's.
              const result = await world.as(tenants[(index + 1) % tenants.length]!, async () => {
                await pause(after);
                return asked;
              });
              expect({ ...one, result }).toEqual({ ...one, result: expected });
            }
          }),
        );
      }),
      { numRuns: 25 },
    );
    expect(violations).toEqual([]);
  }, 120_000);
});
