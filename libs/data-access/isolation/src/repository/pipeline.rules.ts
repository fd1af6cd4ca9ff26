import type { Types } from 'mongoose';
import { IsolationViolationError, UnsupportedQueryError } from '../audit/isolation.errors';
import { isKnownStage, PIPELINE_STAGES } from './pipeline-stages';
import { isOwnId, isPlainObject, isTenantPath, scriptIn, type PlainObject } from '../bson/bson-guards';
import { searchWithin, vectorSearchWithin } from './search-stage.rules';
import type { CollectionKind } from '../placement/collection-kinds';

export interface PipelineScope {
  /** `null` under a bypass: then soft deletion alone is added. */
  tenantId: Types.ObjectId | null;
  includeDeleted: boolean;
  kindOf(collection: string): CollectionKind;
}

const boundMatch = ({ tenantId, includeDeleted }: PipelineScope): PlainObject => ({
  ...(tenantId === null ? {} : { tenantId }),
  ...(includeDeleted ? {} : { deletedAt: null }),
});

const asPipeline = (value: unknown, where: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new UnsupportedQueryError(`${where} needs an array of stages`);
  return value;
};

const asObject = (value: unknown, where: string): PlainObject => {
  if (!isPlainObject(value)) throw new UnsupportedQueryError(`${where} needs a plain object`);
  return value;
};

/** Every literal that a $match holds against `tenantId`, however deep in $and, $or, $nor. */
const checkMatch = (filter: unknown, scope: PipelineScope): void => {
  if (scope.tenantId === null || !isPlainObject(filter)) return;
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$and' || key === '$or' || key === '$nor') {
      asPipeline(value, key).forEach((part) => checkMatch(part, scope));
    } else if (isTenantPath(key)) {
      const operand = isPlainObject(value) && Object.keys(value).join() === '$eq' ? value['$eq'] : value;
      if (key !== 'tenantId' || !isOwnId(operand, scope.tenantId)) {
        throw new IsolationViolationError(
          'a $match names tenantId with something else than the bound tenant',
        );
      }
    }
  }
};

/** Whether what a stage reads belongs to tenants. @throws UnsupportedQueryError when nobody knows. */
const isTenantSource = (from: unknown, stage: string, scope: PipelineScope): boolean => {
  if (typeof from !== 'string') throw new UnsupportedQueryError(`${stage} must name its collection`);
  const kind = scope.kindOf(from);
  if (kind === 'unknown') {
    throw new UnsupportedQueryError(
      `${stage} reads "${from}", which no schema describes in this database: register its model, and read what is ` +
        'shared for itself where the tenant has a database of its own',
    );
  }
  return kind === 'tenant';
};

const source = (
  from: unknown,
  pipeline: unknown,
  stage: string,
  scope: PipelineScope,
): readonly PlainObject[] => {
  const stages = asPipeline(pipeline ?? [], stage);
  return isTenantSource(from, stage, scope)
    ? protectPipeline(stages, scope)
    : stages.map((inner) => rewrite(inner, scope, false));
};

const lookup = (spec: PlainObject, scope: PipelineScope): PlainObject => {
  const pipeline = source(spec['from'], spec['pipeline'], '$lookup', scope);
  // A plain lookup into a shared collection stays as it was written.
  return pipeline.length === 0 ? spec : { ...spec, pipeline };
};

const unionWith = (spec: unknown, scope: PipelineScope): PlainObject => {
  const given: PlainObject = typeof spec === 'string' ? { coll: spec } : asObject(spec, '$unionWith');
  const pipeline = source(given['coll'], given['pipeline'], '$unionWith', scope);
  return pipeline.length === 0 ? given : { ...given, pipeline };
};

const within = (filter: unknown, scope: PipelineScope): PlainObject => {
  checkMatch(filter, scope);
  const bound = boundMatch(scope);
  return filter === undefined ? bound : { ...bound, $and: [filter] };
};

const graphLookup = (spec: PlainObject, scope: PipelineScope): PlainObject =>
  isTenantSource(spec['from'], '$graphLookup', scope)
    ? { ...spec, restrictSearchWithMatch: within(spec['restrictSearchWithMatch'], scope) }
    : spec;

const facet = (spec: PlainObject, scope: PipelineScope, ofTenant: boolean): PlainObject =>
  Object.fromEntries(
    Object.entries(spec).map(([name, stages]) => [
      name,
      asPipeline(stages, '$facet').map((stage) => rewrite(stage, scope, ofTenant)),
    ]),
  );

const single = (stage: unknown): [name: string, spec: unknown] => {
  const [only, ...others] = Object.entries(asObject(stage, 'a pipeline stage'));
  if (only === undefined || others.length > 0)
    throw new UnsupportedQueryError('a pipeline stage has exactly one name');
  return only;
};

/** One stage. `ofTenant`: its input is a tenant collection's, so a foreign id in a $match is a violation. */
const rewrite = (stage: unknown, scope: PipelineScope, ofTenant: boolean): PlainObject => {
  const [name, spec] = single(stage);
  if (!isKnownStage(name)) {
    throw new UnsupportedQueryError(
      `the stage ${name} is not classified: decide in pipeline-stages.ts what the isolation does with it`,
    );
  }
  if (PIPELINE_STAGES[name] === 'refused') {
    throw new UnsupportedQueryError(`the stage ${name} is refused`);
  }
  switch (name) {
    case '$match':
      if (ofTenant) checkMatch(spec, scope);
      return { $match: spec };
    case '$lookup':
      return { $lookup: lookup(asObject(spec, name), scope) };
    case '$unionWith':
      return { $unionWith: unionWith(spec, scope) };
    case '$graphLookup':
      return { $graphLookup: graphLookup(asObject(spec, name), scope) };
    case '$facet':
      return { $facet: facet(asObject(spec, name), scope, ofTenant) };
    case '$geoNear': {
      if (!ofTenant) return { $geoNear: spec };
      const near = asObject(spec, name);
      return { $geoNear: { ...near, query: within(near['query'], scope) } };
    }
    case '$search':
      return ofTenant && scope.tenantId !== null
        ? { $search: searchWithin(asObject(spec, name), scope.tenantId) }
        : { $search: spec };
    case '$vectorSearch':
      return ofTenant && scope.tenantId !== null
        ? { $vectorSearch: vectorSearchWithin(asObject(spec, name), scope.tenantId) }
        : { $vectorSearch: spec };
    default:
      return { [name]: spec };
  }
};

/** Stages that MongoDB accepts nowhere but in front: the tenant goes inside, and a $match follows. */
const MUST_COME_FIRST = new Set(['$geoNear', '$search', '$vectorSearch']);

/**
 * The pipeline over a tenant's collection with the tenant in front, and in everything it reads, however deep.
 * @throws IsolationViolationError, UnsupportedQueryError
 */
export const protectPipeline = (pipeline: readonly unknown[], scope: PipelineScope): PlainObject[] => {
  const script = scriptIn(pipeline);
  if (script !== undefined) throw new UnsupportedQueryError(`${script} runs JavaScript`);
  const stages = pipeline.map((stage) => rewrite(stage, scope, true));
  const match = { $match: boundMatch(scope) };
  const first = stages[0];
  return first !== undefined && MUST_COME_FIRST.has(Object.keys(first)[0] ?? '')
    ? [first, match, ...stages.slice(1)]
    : [match, ...stages];
};
