import { isDedicated } from './identities';
import type { Operation } from './operation';
import { stageCase, type StageCase } from './stages';
import { pick, type Situation, type StepMaker } from './step';
import { real, type Row } from './stream-stages';

/** Puts a pipeline inside of another stage. */
type Wrapper = (inner: StageCase) => StageCase;

/** Over one own document, so that the inner pipeline runs once; over none of them it doesn't run. */
const within =
  (stagesAround: (pipeline: readonly object[]) => object[], rowsOf: (row: Row) => readonly Row[]): Wrapper =>
  (inner) => ({
    ...inner,
    pipeline: [{ $limit: 1 }, ...stagesAround(inner.pipeline)],
    read: ([row]) => (row === undefined ? null : inner.read(real(rowsOf(row)))),
    wanted: (documents) => (documents.length === 0 ? null : inner.wanted(documents)),
  });

const inLookup = within(
  (pipeline) => [{ $lookup: { from: 'invoices', pipeline, as: 'inner' } }],
  (row) => row['inner'] as Row[],
);

/** By way of a collection that all tenants share. */
const inSharedLookup = within(
  (pipeline) => [
    {
      $lookup: {
        from: 'rates',
        pipeline: [{ $limit: 1 }, { $lookup: { from: 'invoices', pipeline, as: 'inner' } }],
        as: 'rates',
      },
    },
  ],
  (row) => (row['rates'] as { inner: Row[] }[])[0]!.inner,
);

const inUnion: Wrapper = (inner) => ({
  ...inner,
  pipeline: [
    { $match: { reference: 'none' } },
    { $unionWith: { coll: 'invoices', pipeline: inner.pipeline } },
  ],
});

const inFacet: Wrapper = (inner) => ({
  ...inner,
  pipeline: [{ $facet: { inner: inner.pipeline } }],
  read: ([row]) => inner.read(real(row!['inner'] as Row[])),
});

const WRAPPERS: readonly Wrapper[] = [inLookup, inSharedLookup, inUnion];

/** Whoever has a database of its own can't look up there what is shared. */
const wrapped = (wrapper: Wrapper, inner: StageCase, { tenant }: Situation): StageCase => ({
  ...wrapper(inner),
  ...(wrapper === inSharedLookup && isDedicated(tenant) ? { refused: 'unsupported' as const } : {}),
});

/** As it is, or one or two levels deep. */
const nested = (inner: StageCase, { dial }: Operation, situation: Situation): StageCase => {
  if (!inner.nests || dial % 3 === 0) return inner;
  // A $facet can't hold another.
  const first = dial % 5 === 0 && inner.stage !== '$facet' ? inFacet : pick(WRAPPERS, dial >> 2);
  const once = wrapped(first, inner, situation);
  return dial % 3 === 1 ? once : wrapped(pick(WRAPPERS, dial >> 4), once, situation);
};

export const aggregate: StepMaker = (operation, situation) => {
  const { stage, pipeline, refused, read, wanted } = nested(
    stageCase(operation, situation),
    operation,
    situation,
  );
  const includeDeleted = operation.filter % 4 === 0;
  const documents = situation.shelf.documents(includeDeleted ? 'any' : 'live');
  return {
    method: 'aggregate',
    stage: refused === undefined ? stage : `${stage} (refused)`,
    ask: () => situation.repository.aggregate<Row>(pipeline as never, { includeDeleted }),
    refused,
    settle: (rows: Row[]) => [read(rows), wanted(documents)],
  };
};
