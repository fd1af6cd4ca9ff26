import type { Attack, Hands } from './attack';

const PAY = { $set: { status: 'PAID' } };
type Operation = (hands: Hands) => object;

const bulk =
  (operation: Operation): Attack['attempt'] =>
  (hands) =>
    hands.invoices.bulkWrite([operation(hands)]);

/** Writes through the repository's own methods. */
export const WRITES: Attack[] = [
  {
    leak: 14,
    name: 'updateOne by the neighbour’s id',
    attempt: ({ invoices, theirs }) => invoices.updateOne({ _id: theirs }, PAY),
  },
  {
    leak: 14,
    name: 'updateOne of the neighbour',
    attempt: ({ invoices, other }) => invoices.updateOne({ tenantId: other }, PAY),
  },
  { leak: 14, name: 'updateMany', attempt: ({ invoices }) => invoices.updateMany({}, PAY) },
  {
    leak: 14,
    name: 'delete',
    attempt: ({ invoices, theirs }) => invoices.delete({ _id: theirs }, null),
  },
  {
    leak: 14,
    name: 'restore',
    attempt: ({ invoices, other }) => invoices.restore({ tenantId: other }),
  },
  {
    leak: 15,
    name: 'bulkWrite: updateOne by the neighbour’s id',
    attempt: bulk(({ theirs }) => ({ updateOne: { filter: { _id: theirs }, update: PAY } })),
  },
  {
    leak: 15,
    name: 'bulkWrite: updateMany',
    attempt: bulk(() => ({ updateMany: { filter: {}, update: PAY } })),
  },
  {
    leak: 15,
    name: 'bulkWrite: updateMany of the neighbour',
    attempt: bulk(({ other }) => ({ updateMany: { filter: { tenantId: other }, update: PAY } })),
  },
  {
    leak: 15,
    name: 'bulkWrite: deleteMany',
    attempt: bulk(() => ({ deleteMany: { filter: {}, deletedBy: null } })),
  },
  {
    leak: 15,
    name: 'bulkWrite: deleteOne',
    attempt: bulk(({ theirs }) => ({ deleteOne: { filter: { _id: theirs }, deletedBy: null } })),
  },
  {
    leak: 15,
    name: 'bulkWrite: insertOne of a document of the neighbour',
    attempt: bulk(({ document, other }) => ({ insertOne: { document: document(other) } })),
  },
  {
    leak: 15,
    name: 'bulkWrite: an upsert for the neighbour',
    attempt: bulk(({ other }) => ({
      updateOne: {
        filter: { tenantId: other, reference: 'new' },
        update: { $set: { amount: 1n, status: 'OPEN' } },
        upsert: true,
      },
    })),
  },
  {
    leak: 15,
    name: 'create of a document of the neighbour',
    attempt: ({ invoices, document, other }) => invoices.create(document(other)),
  },
  {
    leak: 15,
    name: 'createMany with one of the neighbour',
    attempt: ({ invoices, document, own, other }) => invoices.createMany([document(own), document(other)]),
  },
  {
    leak: 17,
    name: 'an update that gives a document away',
    attempt: ({ invoices, ownInvoice, other }) =>
      invoices.bulkWrite([
        {
          updateOne: {
            filter: { _id: ownInvoice },
            update: [{ $set: { tenantId: other } }],
          },
        },
      ]),
  },
  {
    leak: 17,
    name: '$rename of another field to tenantId',
    attempt: ({ invoices, ownInvoice }) =>
      invoices.updateMany({ _id: ownInvoice }, { $rename: { parentId: 'tenantId' } }),
  },
  {
    leak: 18,
    name: 'an upsert by a reference that the neighbour has too',
    attempt: ({ invoices }) =>
      invoices.updateOne(
        { reference: 'both have this' },
        { $set: { amount: 1n, status: 'PAID' } },
        { upsert: true },
      ),
  },
];
