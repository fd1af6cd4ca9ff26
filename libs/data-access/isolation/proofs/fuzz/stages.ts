import { PIPELINE_STAGES, type PipelineStageName } from '../../src/repository/pipeline-stages';
import { tenantHex, tenantObjectId } from './identities';
import type { Operation } from './operation';
import { STREAM_STAGES, type Answer, type StageMaker } from './stream-stages';
import { SOURCE_STAGES } from './source-stages';
import { pick, type Refusal, type Situation } from './step';

/** A pipeline, and what it must answer over the tenant's documents. */
export interface StageCase extends Answer {
  /** The stage that it is about. */
  stage: string;
  pipeline: readonly object[];
  refused?: Refusal;
  /** Whether it may stand inside of another stage. */
  nests: boolean;
}

/** Every stage that the isolation lets pass: one that isn't here fails the check of completeness. */
export const STAGES: Partial<Record<PipelineStageName, StageMaker>> = { ...STREAM_STAGES, ...SOURCE_STAGES };

/** The engine at hand knows them by other options or not at all; the tenant is put in front all the same. */
const NOT_OF_THE_ENGINE: Partial<Record<PipelineStageName, object>> = {
  $search: { text: { query: 'r1', path: 'reference' } },
  $vectorSearch: { index: 'v', path: 'v', queryVector: [1], numCandidates: 1, limit: 1 },
};

const allowed = (Object.keys(PIPELINE_STAGES) as PipelineStageName[]).filter(
  (name) => PIPELINE_STAGES[name] !== 'refused',
);
const refusedStages = (Object.keys(PIPELINE_STAGES) as PipelineStageName[]).filter(
  (name) => PIPELINE_STAGES[name] === 'refused',
);

/** Stages of the table that the fuzz has no pipeline for. */
export const unknownStages = (): string[] =>
  allowed.filter((name) => STAGES[name] === undefined && NOT_OF_THE_ENGINE[name] === undefined);

const nothing: Answer = { read: () => null, wanted: () => null };

const VIOLATING: readonly ((situation: Situation) => object)[] = [
  ({ victim }) => ({ $match: { tenantId: tenantObjectId(victim) } }),
  ({ victim }) => ({ $match: { $or: [{ status: 'OPEN' }, { tenantId: tenantHex(victim) }] } }),
  ({ tenant }) => ({ $match: { tenantId: { $ne: tenantObjectId(tenant) } } }),
  () => ({ $match: { 'tenantId.x': 1 } }),
  ({ victim }) => ({ $facet: { inner: [{ $match: { tenantId: tenantObjectId(victim) } }] } }),
  ({ victim }) => ({
    $graphLookup: {
      ...{ from: 'invoices', startWith: '$parentId', connectFromField: 'parentId', connectToField: '_id' },
      ...{ as: 'above', restrictSearchWithMatch: { tenantId: tenantObjectId(victim) } },
    },
  }),
];

const UNSUPPORTED: readonly (() => object)[] = [
  ...refusedStages.map((name) => () => ({ [name]: name === '$out' ? 'stolen' : {} })),
  () => ({ $merge: { into: 'invoices', whenMatched: 'replace' } }),
  () => ({ $ofTomorrow: {} }),
  () => ({ $match: {}, $out: 'stolen' }),
  () => ({ $lookup: { from: 'users', pipeline: [], as: 'x' } }),
  () => ({ $lookup: { from: { db: 'admin', coll: 'invoices' }, pipeline: [], as: 'x' } }),
  () => ({ $unionWith: 'system.views' }),
  () => ({
    $graphLookup: {
      ...{ from: 'users', startWith: '$_id', connectFromField: '_id', connectToField: '_id', as: 'x' },
    },
  }),
  () => ({ $set: { x: { $function: { body: 'function () {}', args: [], lang: 'js' } } } }),
  () => ({ $match: { $where: 'true' } }),
];

export const stageCase = (operation: Operation, situation: Situation): StageCase => {
  const dial = operation.change >> 4;
  const refusedBy = (refused: Refusal, stage: object): StageCase => ({
    ...{ ...nothing, refused, stage: Object.keys(stage)[0]!, pipeline: [stage], nests: true },
  });
  switch (operation.change % 16) {
    case 0:
      return refusedBy('violation', pick(VIOLATING, dial)(situation));
    case 1:
    case 2:
      return refusedBy('unsupported', pick(UNSUPPORTED, dial)());
    default: {
      const stage = pick(allowed, dial);
      const maker = STAGES[stage];
      if (maker === undefined) {
        const pipeline = [{ [stage]: NOT_OF_THE_ENGINE[stage] }];
        return { ...nothing, stage, pipeline, refused: 'engine', nests: false };
      }
      const { pipeline, ...answer } = maker(operation, situation);
      return { ...answer, stage, pipeline, nests: stage !== '$geoNear' };
    }
  }
};
