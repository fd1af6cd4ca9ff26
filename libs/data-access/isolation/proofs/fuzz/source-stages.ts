import type { PipelineStageName } from '../../src/repository/pipeline-stages';
import { markerOf, tenantObjectId } from './identities';
import { byReference, type Kept } from './shelf';
import { pick } from './step';
import { real, references, type Row, type StageMaker } from './stream-stages';

const INVOICES = 'invoices';

/** What a stage has brought to each document, known by its references. */
const brought = (field: string) => (rows: readonly Row[]) =>
  [...rows].sort(byReference).map((row) => [row.reference, references(real(row[field] as Row[]))]);

/** A lookup, and what it must bring to each document. */
const joined = (
  spec: object,
  partners: (document: Kept, all: readonly Kept[]) => readonly Kept[],
  [before, after]: readonly [readonly object[], readonly object[]] = [[], []],
): ReturnType<StageMaker> => ({
  pipeline: [...before, { $lookup: { from: INVOICES, as: 'same', ...spec } }, ...after],
  read: brought('same'),
  wanted: (all) => all.map((each) => [each.reference, references(partners(each, all))]),
});

const none = () => [];
const sameStatus = ({ status }: Kept, all: readonly Kept[]) => all.filter((each) => each.status === status);
const parent = ({ parentId }: Kept, all: readonly Kept[]) => all.filter(({ id }) => id === parentId);

/** Those above a document: its parent, the parent's parent, and so on, each once. */
const ancestors = (document: Kept, all: readonly Kept[]): Kept[] => {
  const found = new Set<Kept>();
  let [next] = parent(document, all);
  while (next !== undefined && !found.has(next)) {
    found.add(next);
    [next] = parent(next, all);
  }
  return [...found];
};

const LOOKUPS: readonly StageMaker[] = [
  () => joined({ localField: 'status', foreignField: 'status' }, sameStatus),
  // Some of the parents are another tenant's.
  () => joined({ localField: 'parentId', foreignField: '_id' }, parent),
  () =>
    joined({ pipeline: [{ $match: { status: 'PAID' } }] }, (_, all) =>
      all.filter(({ status }) => status === 'PAID'),
    ),
  () =>
    joined(
      {
        let: { status: '$status' },
        pipeline: [{ $match: { $expr: { $eq: ['$status', '$$status'] } } }],
      },
      sameStatus,
    ),
  (_, { victim }) =>
    joined({ pipeline: [{ $match: { $expr: { $eq: ['$tenantId', tenantObjectId(victim)] } } }] }, none),
  (_, { victim }) => joined({ pipeline: [{ $match: { 'metadata.marker': markerOf(victim) } }] }, none),
  // The documents pretend to be the victim's before they look for their like.
  (_, { victim }) =>
    joined({ localField: 'tenantId', foreignField: 'tenantId' }, none, [
      [{ $set: { tenantId: tenantObjectId(victim) } }],
      [{ $unset: 'tenantId' }],
    ]),
  (_, { theirs }) =>
    joined(
      { localField: 'reference', foreignField: 'reference', pipeline: [{ $match: { _id: theirs } }] },
      none,
    ),
];

const UNIONS: readonly (() => ReturnType<StageMaker>)[] = [
  () => ({
    pipeline: [{ $unionWith: INVOICES }],
    read: references,
    wanted: (all) => references([...all, ...all]),
  }),
  () => ({
    pipeline: [{ $match: { reference: 'none' } }, { $unionWith: { coll: INVOICES } }],
    read: references,
    wanted: references,
  }),
  () => ({
    pipeline: [{ $unionWith: { coll: INVOICES, pipeline: [{ $match: { status: 'PAID' } }] } }],
    read: references,
    wanted: (all) => references([...all, ...all.filter(({ status }) => status === 'PAID')]),
  }),
];

/** Stages that read a collection of their own, or must come first. */
export const SOURCE_STAGES: Partial<Record<PipelineStageName, StageMaker>> = {
  $lookup: (operation, situation) => pick(LOOKUPS, operation.dial)(operation, situation),
  $unionWith: ({ dial }) => pick(UNIONS, dial)(),
  $graphLookup: ({ dial }) => {
    const levels = dial % 2 === 0;
    const connect = levels
      ? { startWith: '$parentId', connectFromField: 'parentId', connectToField: '_id' }
      : { startWith: '$status', connectFromField: 'status', connectToField: 'status', maxDepth: 0 };
    return {
      pipeline: [{ $graphLookup: { from: INVOICES, as: 'reached', ...connect } }],
      read: brought('reached'),
      wanted: (all) =>
        all.map((each) => [
          each.reference,
          references(levels ? ancestors(each, all) : sameStatus(each, all)),
        ]),
    };
  },
  $facet: () => ({
    pipeline: [
      {
        $facet: {
          counted: [{ $count: 'n' }],
          joined: [{ $lookup: { from: INVOICES, localField: 'status', foreignField: 'status', as: 'same' } }],
        },
      },
    ],
    read: ([row]) => {
      const { counted, joined: rows } = row as unknown as { counted: { n: number }[]; joined: Row[] };
      return [counted[0]?.n ?? 0, brought('same')(rows)];
    },
    wanted: (all) => [all.length, all.map((each) => [each.reference, references(sameStatus(each, all))])],
  }),
  $geoNear: () => ({
    pipeline: [
      {
        $geoNear: {
          ...{ near: { type: 'Point', coordinates: [0, 45] }, key: 'metadata.place' },
          ...{ distanceField: 'distance', spherical: true },
        },
      },
    ],
    read: references,
    wanted: references,
  }),
};
