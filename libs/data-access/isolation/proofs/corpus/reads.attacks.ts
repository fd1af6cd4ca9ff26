import type { Attack, Hands } from './attack';

const all = async (documents: AsyncIterable<unknown>): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const one of documents) found.push(one);
  return found;
};

const find = (filter: object | ((hands: Hands) => object)): Attack['attempt'] => {
  return (hands) => hands.invoices.find({ filter: typeof filter === 'function' ? filter(hands) : filter });
};

/** Reads through the repository's own methods. */
export const READS: Attack[] = [
  {
    leak: 1,
    name: 'a query begun here and awaited in the neighbour’s context',
    attempt: ({ invoices, asOther }) => {
      const begun = invoices.find();
      return asOther(async () => await begun);
    },
  },
  {
    leak: 1,
    name: 'a stream opened here and read in the neighbour’s context',
    attempt: ({ invoices, asOther }) => {
      const opened = invoices.stream();
      return asOther(() => all(opened));
    },
  },
  {
    leak: 1,
    name: 'reads of both tenants at once',
    attempt: async ({ invoices, asOther }) => {
      const [mine] = await Promise.all([invoices.find(), asOther(() => invoices.find())]);
      return mine;
    },
  },
  { leak: 7, name: 'a tenant that is null', attempt: find({ tenantId: null }) },
  { leak: 7, name: 'a tenant among null', attempt: find({ tenantId: { $in: [null] } }) },
  { leak: 7, name: 'a tenant that does not exist', attempt: find({ tenantId: { $exists: false } }) },
  {
    leak: 7,
    name: 'a document of no tenant, by a pipeline',
    attempt: ({ invoices }) => invoices.aggregate([{ $match: { tenantId: null } }]),
  },
  { leak: 8, name: 'find of everything', attempt: ({ invoices }) => invoices.find() },
  { leak: 8, name: 'find of the neighbour', attempt: find(({ other }) => ({ tenantId: other })) },
  { leak: 8, name: 'find of any tenant', attempt: find({ tenantId: { $ne: null } }) },
  {
    leak: 8,
    name: 'find of the neighbour in $or',
    attempt: find(({ other }) => ({ $or: [{ tenantId: other }, { status: 'PAID' }] })),
  },
  {
    leak: 8,
    name: 'find of all but the own in $nor',
    attempt: find(({ own }) => ({ $nor: [{ tenantId: own }] })),
  },
  {
    leak: 8,
    name: 'findOne by the neighbour’s id',
    attempt: ({ invoices, theirs }) => invoices.findOne({ filter: { _id: theirs } }),
  },
  {
    leak: 8,
    name: 'findById',
    attempt: ({ invoices, theirs }) => invoices.findById(theirs.toHexString()),
  },
  {
    leak: 8,
    name: 'exists',
    attempt: ({ invoices, theirs }) => invoices.exists({ filter: { _id: theirs } }),
    shown: (result) => result === true,
  },
  {
    leak: 8,
    name: 'count',
    attempt: ({ invoices }) => invoices.count(),
    shown: (result) => typeof result === 'number' && result > 1,
  },
  { leak: 8, name: 'distinct', attempt: ({ invoices }) => invoices.distinct('reference') },
  { leak: 8, name: 'paginate', attempt: ({ invoices }) => invoices.paginate({ limit: 10 }) },
  {
    leak: 8,
    name: 'paginate with what was deleted',
    attempt: ({ invoices }) => invoices.paginate({ limit: 10, includeDeleted: true }),
  },
  { leak: 8, name: 'stream', attempt: ({ invoices }) => all(invoices.stream()) },
];
