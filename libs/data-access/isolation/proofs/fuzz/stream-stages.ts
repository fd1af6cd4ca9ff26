import type { PipelineStageName } from '../../src/repository/pipeline-stages';
import type { Operation } from './operation';
import type { Kept } from './shelf';
import { byReference } from './shelf';
import type { Situation } from './step';

/** What of the results counts, and what it must be over the tenant's documents (by reference). */
export interface Answer {
  read(results: readonly Row[]): unknown;
  wanted(documents: readonly Kept[]): unknown;
}

/** A result of a pipeline: whatever its stages make. */
export type Row = { reference: string } & Record<string, unknown>;

export type StageMaker = (
  operation: Operation,
  situation: Situation,
) => Answer & { pipeline: readonly object[] };

export const references = (rows: readonly { reference: string }[]): string[] =>
  rows.map(({ reference }) => reference).sort();

/** DocumentDB fills what an inner pipeline found nothing for with null; MongoDB with nothing. */
export const real = (rows: readonly (Row | null)[]): Row[] => rows.filter((row) => row !== null);

/** Results that are known by their references: those of the documents that `choose` keeps. */
const kept = (
  pipeline: readonly object[],
  choose: (documents: readonly Kept[]) => readonly Kept[] = (documents) => documents,
) => ({
  pipeline,
  read: references,
  wanted: (documents: readonly Kept[]) => references(choose(documents)),
});

/** One field of each result, beside its reference. */
const valued = (pipeline: readonly object[], field: string, value: (document: Kept) => unknown) => ({
  pipeline,
  read: (rows: readonly Row[]) =>
    [...rows].sort(byReference).map((row) => [row.reference, String(row[field])]),
  wanted: (documents: readonly Kept[]) => documents.map((each) => [each.reference, String(value(each))]),
});

const tally = (rows: readonly (readonly [unknown, unknown])[]): string[] =>
  rows.map(([key, count]) => `${String(key)}: ${String(count)}`).sort();

const byStatus = (documents: readonly Kept[], value: (of: readonly Kept[]) => unknown): string[] =>
  tally(
    [...new Set(documents.map(({ status }) => status))].map((status) => [
      status,
      value(documents.filter((each) => each.status === status)),
    ]),
  );

const sum = (documents: readonly Kept[]): bigint =>
  documents.reduce((total, { amount }) => total + amount, 0n);
const groups = (rows: readonly Row[]) => tally(rows.map(({ _id, value }) => [_id, value]));
/** Over no document MongoDB says nothing; DocumentDB, inside of another stage, says 0. */
const counted = (rows: readonly Row[], field: string) =>
  rows.map((row) => row[field]).filter((count) => count !== 0);
const isPaid = ({ status }: Kept) => status === 'PAID';
const SORT = { $sort: { reference: 1 } };
const DOUBLE = { double: { $add: ['$amount', '$amount'] } };

/** Stages that look only at the documents that reach them. */
export const STREAM_STAGES: Partial<Record<PipelineStageName, StageMaker>> = {
  $addFields: () => valued([{ $addFields: DOUBLE }], 'double', ({ amount }) => amount * 2n),
  $set: () => valued([{ $set: DOUBLE }], 'double', ({ amount }) => amount * 2n),
  $bucket: () => ({
    pipeline: [
      {
        $bucket: {
          ...{ groupBy: '$amount', boundaries: [0, 1_000_000], default: 'more' },
          output: { value: { $sum: 1 } },
        },
      },
    ],
    read: groups,
    wanted: (documents) => {
      const few = documents.filter(({ amount }) => amount < 1_000_000n).length;
      const buckets: [unknown, number][] = [
        [0, few],
        ['more', documents.length - few],
      ];
      return tally(buckets.filter(([, count]) => count > 0));
    },
  }),
  $bucketAuto: () => ({
    pipeline: [{ $bucketAuto: { groupBy: '$amount', buckets: 1 } }],
    read: (rows) => counted(rows, 'count'),
    wanted: ({ length }) => (length === 0 ? [] : [length]),
  }),
  $count: () => ({
    pipeline: [{ $count: 'n' }],
    read: (rows) => counted(rows, 'n'),
    wanted: ({ length }) => (length === 0 ? [] : [length]),
  }),
  $densify: () => ({
    pipeline: [
      { $project: { reference: 1, n: { $literal: 2 } } },
      { $densify: { field: 'n', range: { step: 1, bounds: [0, 4] } } },
    ],
    // What it fills in has no reference.
    read: (rows) => references(rows.filter(({ reference }) => reference !== undefined)),
    wanted: references,
  }),
  $fill: () => valued([{ $fill: { output: { filled: { value: 'none' } } } }], 'filled', () => 'none'),
  $group: () => ({
    pipeline: [{ $group: { _id: '$status', value: { $sum: '$amount' } } }],
    read: groups,
    wanted: (documents) => byStatus(documents, sum),
  }),
  $limit: ({ dial }) => kept([SORT, { $limit: 1 + (dial % 3) }], (all) => all.slice(0, 1 + (dial % 3))),
  $match: (operation, situation) => {
    const { victim, theirs } = situation;
    const [filter, meets] = [
      [{ status: 'PAID' }, isPaid],
      [{ $or: [{}, { _id: theirs }] }, () => true],
      [{ $expr: { $ne: ['$metadata.marker', `<marker of ${victim}>`] } }, () => true],
      [{ reference: operation.reference }, ({ reference }: Kept) => reference === operation.reference],
    ][operation.dial % 4] as [object, (document: Kept) => boolean];
    return kept([{ $match: filter }], (all) => all.filter(meets));
  },
  $project: () => valued([{ $project: { reference: 1, status: 1 } }], 'status', ({ status }) => status),
  $redact: () =>
    kept([{ $redact: { $cond: [{ $eq: ['$status', 'PAID'] }, '$$KEEP', '$$PRUNE'] } }], (all) =>
      all.filter(isPaid),
    ),
  $replaceRoot: () => kept([{ $replaceRoot: { newRoot: { reference: '$reference' } } }]),
  $replaceWith: () => kept([{ $replaceWith: { reference: '$reference' } }]),
  $sample: () => kept([{ $sample: { size: 1_000 } }]),
  $setWindowFields: () => {
    const window = { documents: ['unbounded', 'current'] };
    return {
      pipeline: [
        { $setWindowFields: { sortBy: SORT.$sort, output: { running: { $sum: '$amount', window } } } },
      ],
      read: (rows) => [...rows].sort(byReference).map(({ running }) => String(running)),
      wanted: (documents) => documents.map((_, i) => String(sum(documents.slice(0, i + 1)))),
    };
  },
  $skip: ({ dial }) => kept([SORT, { $skip: dial % 3 }], (all) => all.slice(dial % 3)),
  $sort: () => ({
    pipeline: [SORT],
    read: (rows) => rows.map(({ reference }) => reference),
    wanted: (documents) => documents.map(({ reference }) => reference),
  }),
  $sortByCount: () => ({
    pipeline: [{ $sortByCount: '$status' }],
    read: (rows) => tally(rows.map(({ _id, count }) => [_id, count])),
    wanted: (documents) => byStatus(documents, ({ length }) => length),
  }),
  $unset: () => valued([{ $unset: 'amount' }], 'amount', () => undefined),
  $unwind: () => ({
    ...kept([{ $addFields: { twice: ['a', 'b'] } }, { $unwind: '$twice' }], (all) =>
      all.flatMap((each) => [each, each]),
    ),
  }),
};
