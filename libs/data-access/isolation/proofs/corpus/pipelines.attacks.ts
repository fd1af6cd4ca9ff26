import type { Attack, Hands } from './attack';

const CONNECTED = { startWith: '$parentId', connectFromField: 'parentId', connectToField: '_id', as: 'x' };
const JOINED = { from: 'invoices', localField: 'parentId', foreignField: '_id', as: 'x' };

/** Sent as the object that it was made from, though it isn't one written with braces. */
class Builder {
  constructor(spec: object) {
    Object.assign(this, spec);
  }
}

/** Sent as something else than it shows. */
const sentAs = (spec: unknown) => ({ toBSON: () => spec });

/** The pipeline begins as it should, with the own tenant: what it reads on its way is the attack. */
const after =
  (...stages: object[]): Attack['attempt'] =>
  ({ invoices, own }: Hands) =>
    invoices.aggregate([{ $match: { tenantId: own } }, ...stages]);

const PIPELINES: [string, Attack['attempt']][] = [
  ['a pipeline with no tenant', ({ invoices }) => invoices.aggregate([{ $sort: { _id: 1 } }])],
  [
    'a pipeline of the neighbour',
    ({ invoices, other }) => invoices.aggregate([{ $match: { tenantId: other } }]),
  ],
  ['a plain $lookup', after({ $lookup: JOINED })],
  ['a $lookup with a pipeline', after({ $lookup: { from: 'invoices', pipeline: [], as: 'x' } })],
  [
    'a $lookup of the neighbour by name',
    (hands) =>
      after({
        $lookup: { from: 'invoices', pipeline: [{ $match: { tenantId: hands.other } }], as: 'x' },
      })(hands),
  ],
  ['a plain $lookup in $facet', after({ $facet: { x: [{ $lookup: JOINED }] } })],
  [
    'a $lookup in a $lookup',
    (hands) =>
      after({
        $lookup: {
          from: 'invoices',
          pipeline: [{ $match: { tenantId: hands.own } }, { $lookup: { ...JOINED, as: 'y' } }],
          as: 'x',
        },
      })(hands),
  ],
  [
    'a $lookup by way of a shared collection',
    after({
      $lookup: {
        from: 'rates',
        pipeline: [{ $lookup: { from: 'invoices', pipeline: [], as: 'y' } }],
        as: 'x',
      },
    }),
  ],
  ['$unionWith in short', after({ $unionWith: 'invoices' })],
  ['$unionWith with a pipeline', after({ $unionWith: { coll: 'invoices', pipeline: [{ $match: {} }] } })],
  ['$unionWith in $facet', after({ $facet: { x: [{ $unionWith: 'invoices' }] } })],
  ['$graphLookup', after({ $graphLookup: { from: 'invoices', ...CONNECTED } })],
  [
    '$graphLookup restricted to something else',
    after({
      $graphLookup: { from: 'invoices', ...CONNECTED, restrictSearchWithMatch: { status: 'OPEN' } },
    }),
  ],
  [
    '$graphLookup in $facet',
    after({ $facet: { x: [{ $graphLookup: { from: 'invoices', ...CONNECTED } }] } }),
  ],
  [
    'a pipeline of the own tenant that serialises itself',
    ({ invoices, own }) => invoices.aggregate([{ $match: { tenantId: own, ...sentAs({}) } }]),
  ],
  [
    'a $lookup that is an instance of a class',
    after({ $lookup: new Builder({ from: 'invoices', pipeline: [], as: 'x' }) }),
  ],
  ['a $lookup that is a Map', after({ $lookup: new Map(Object.entries({ ...JOINED })) })],
  [
    '$unionWith that is an instance of a class',
    after({ $unionWith: new Builder({ coll: 'invoices', pipeline: [{ $match: {} }] }) }),
  ],
  [
    '$graphLookup that is an instance of a class',
    after({ $graphLookup: new Builder({ from: 'invoices', ...CONNECTED }) }),
  ],
  [
    '$facet that is an instance of a class',
    after({ $facet: new Builder({ x: [{ $unionWith: 'invoices' }] }) }),
  ],
  ['$facet that serialises itself', after({ $facet: sentAs({ x: [{ $unionWith: 'invoices' }] }) })],
  ['$unionWith that serialises itself', after({ $unionWith: sentAs('invoices') })],
  [
    'a $lookup whose collection serialises itself',
    after({ $lookup: { from: sentAs('invoices'), pipeline: [], as: 'x' } }),
  ],
  ['$out', ({ invoices }) => invoices.aggregate([{ $match: {} }, { $out: 'stolen' }])],
  ['$out of the own documents', after({ $out: 'stolen' })],
  ['$merge into another collection', after({ $merge: { into: 'stolen' } })],
  [
    '$merge over the neighbour’s document',
    (hands) =>
      after(
        { $project: { _id: hands.theirs, status: { $literal: 'PAID' } } },
        { $merge: { into: 'invoices', on: '_id' } },
      )(hands),
  ],
];

/** Class 10, through the repository. */
export const PIPELINE_ATTACKS: Attack[] = PIPELINES.map(([name, attempt]) => ({ leak: 10, name, attempt }));
