import fc from 'fast-check';
import type { Collection, Document } from 'mongodb';
import { Types } from 'mongoose';
import { aFuzzBench, type FuzzBench } from './fuzz-bench';
import { FuzzRepository } from './fuzz.repository';
import { tenantObjectId } from './identities';
import { scripts, type Operation } from './operation';
import { runScripts } from './run-scripts';
import { Tally } from './tally';

type Naive = Record<string, (...args: never[]) => unknown>;

const SEED = 20_000;
const TENANTS = 6;
const live = { deletedAt: null };
const after = { returnDocument: 'after' } as const;
const removed = { $set: { deletedAt: new Date(0), deletedBy: null } };
const brought = { $set: { deletedAt: null } };
/** The last tenant's, whoever asks. */
const another = tenantObjectId(5);

type Sign = 'leak' | 'difference';

/**
 * By the kind of operation: what a repository would do whose author forgot the tenant there, and the sign of it; two where
 * it depends on what the other tenant has by then.
 */
const NAIVE: [kind: string, sign: Sign | Sign[], naive: (invoices: Collection<Document>) => Naive][] = [
  ['find', 'leak', (invoices) => ({ find: () => invoices.find(live).toArray() })],
  ['findOne', 'difference', (invoices) => ({ findOne: () => invoices.findOne(live) })],
  [
    'findById',
    'leak',
    (invoices) => ({ findById: (id: string) => invoices.findOne({ _id: new Types.ObjectId(id) }) }),
  ],
  ['exists', 'difference', (invoices) => ({ exists: async () => (await invoices.findOne(live)) !== null })],
  ['count', 'difference', (invoices) => ({ count: () => invoices.countDocuments(live) })],
  ['distinct', 'difference', (invoices) => ({ distinct: (field: string) => invoices.distinct(field, live) })],
  [
    'paginate',
    'leak',
    (invoices) => ({ paginate: async () => ({ items: await invoices.find(live).toArray(), next: null }) }),
  ],
  ['stream', 'leak', (invoices) => ({ stream: () => invoices.find(live) })],
  [
    'aggregate',
    'leak',
    (invoices) => ({ aggregate: (pipeline: Document[]) => invoices.aggregate(pipeline).toArray() }),
  ],
  [
    'updateOne',
    ['leak', 'difference'],
    (invoices) => ({
      updateOne: (_: object, update: Document) => invoices.findOneAndUpdate(live, update, after),
    }),
  ],
  [
    'updateMany',
    'difference',
    (invoices) => ({
      updateMany: async () => {
        const { matchedCount } = await invoices.updateMany(live, { $inc: { amount: 1 } });
        return { matched: matchedCount };
      },
    }),
  ],
  [
    'delete',
    ['leak', 'difference'],
    (invoices) => ({ delete: () => invoices.findOneAndUpdate({ tenantId: another }, removed, after) }),
  ],
  [
    'restore',
    ['leak', 'difference'],
    (invoices) => ({ restore: () => invoices.findOneAndUpdate({ tenantId: another }, brought, after) }),
  ],
  [
    'purge',
    'difference',
    (invoices) => ({ erase: async (filter: Document) => (await invoices.deleteMany(filter)).deletedCount }),
  ],
  [
    'bulkWrite',
    'difference',
    (invoices) => ({
      bulkWrite: async () => {
        const { matchedCount } = await invoices.updateMany(live, { $inc: { amount: 1 } });
        return { inserted: 0, matched: matchedCount, upserted: 0 };
      },
    }),
  ],
  [
    'create',
    'difference',
    (invoices) => ({
      create: async (document: Document) => {
        await invoices.insertOne({ ...document, tenantId: another });
        return document;
      },
    }),
  ],
  [
    'createMany',
    'difference',
    (invoices) => ({
      createMany: async (documents: Document[]) => {
        await invoices.insertMany(documents.map((document) => ({ ...document, tenantId: another })));
        return documents;
      },
    }),
  ],
  ['injectTenantFilter', 'difference', () => ({ filterOf: (filter: object) => filter })],
  ['injectTenantId', 'difference', () => ({ documentOf: (document: object) => document })],
  ['protectAggregatePipeline', 'difference', () => ({ protect: (pipeline: object[]) => pipeline })],
];

/** Were the fuzz to pass whatever a repository does, its figures would say nothing. */
describe('The fuzz', () => {
  let bench: FuzzBench;
  beforeAll(async () => {
    bench = await aFuzzBench(TENANTS);
  });
  afterAll(() => bench.close());

  /** A short script of six tenants in which every third operation is of this kind. */
  const scriptsOf = (kind: string): Operation[][] => {
    const [sampled] = fc.sample(scripts(TENANTS, 45), { seed: SEED, numRuns: 1 });
    return sampled!.map((script) =>
      script.map((operation, at) => (at % 3 === 2 ? { ...operation, kind } : operation)),
    );
  };
  const faultsWith = async (kind: string, naive: Naive) => {
    Object.assign(bench.repository, naive);
    try {
      return await runScripts(scriptsOf(kind), { ...bench, tally: new Tally() });
    } finally {
      for (const method of Object.keys(naive)) Reflect.deleteProperty(bench.repository, method);
    }
  };

  it.each(NAIVE)('finds a naive %s', async (kind, sign, naive) => {
    const faults = await faultsWith(kind, naive(bench.world.raw.collection('invoices')));
    const signs = [sign].flat();
    expect(faults.filter((fault) => signs.includes(fault.kind as Sign))).not.toEqual([]);
  });

  it('finds a query that is bound when it is awaited, not when it is called', async () => {
    const lazy = (find: never) => {
      const run = () => FuzzRepository.prototype.count.call(bench.repository, find);
      return { then: (...handlers: Parameters<Promise<number>['then']>) => run().then(...handlers) };
    };
    const faults = await faultsWith('count', { count: lazy });
    expect(faults.map(({ method }) => method)).toContain('count');
  });

  it('finds nothing wrong with the same scripts on the repository as it is', async () => {
    for (const [kind] of NAIVE) expect(await faultsWith(kind, {})).toEqual([]);
  });
});
