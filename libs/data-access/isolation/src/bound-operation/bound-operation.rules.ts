import mongoose, { type Types } from 'mongoose';
import { isAsShown, stageName } from './known-stages.rules';
import { isInert, isPlainObject, isSameId, type PlainObject } from '../bson/bson-guards';
import type { CollectionKind } from '../placement/collection-kinds';
import type { Violation } from '../audit/isolation.errors';

/*
 * These rules check what the repository built. They share no code with it, so they catch its mistakes.
 */

export interface BoundTo {
  tenantId: Types.ObjectId;
  kindOf(collection: string): CollectionKind;
}

const isOwn = (value: unknown, { tenantId }: BoundTo): boolean => isSameId(value, tenantId);

export const filterViolation = (filter: unknown, bound: BoundTo): Violation =>
  isPlainObject(filter) && isInert(filter) && isOwn(filter['tenantId'], bound)
    ? null
    : 'the filter is not bound to the tenant of the operation';

/** What of a document goes to MongoDB: Mongoose's own serialise themselves. */
const asStored = (document: unknown): unknown =>
  document instanceof mongoose.Document ? document.toBSON() : document;

export const documentViolation = (document: unknown, bound: BoundTo): Violation => {
  const stored = asStored(document);
  return isPlainObject(stored) && isInert(stored) && isOwn(stored['tenantId'], bound)
    ? null
    : 'the document is not of the tenant of the operation';
};

export const documentsViolation = (documents: unknown, bound: BoundTo): Violation => {
  if (!Array.isArray(documents) || !isInert(documents)) return 'there are no documents';
  for (const document of documents) {
    const violation = documentViolation(document, bound);
    if (violation !== null) return violation;
  }
  return null;
};

const touchesTenant = (path: string): boolean => path === 'tenantId' || path.startsWith('tenantId.');

export const updateViolation = (update: unknown, bound: BoundTo): Violation => {
  if (!isPlainObject(update) || !isInert(update)) return 'the update is a pipeline or no update at all';
  for (const [operator, fields] of Object.entries(update)) {
    if (!operator.startsWith('$')) return 'the update replaces the document';
    if (!isPlainObject(fields) || !isInert(fields)) return `${operator} has no fields`;
    for (const [path, value] of Object.entries(fields)) {
      const same = operator === '$setOnInsert' && path === 'tenantId' && isOwn(value, bound);
      if (touchesTenant(path) && !same) return 'the update changes tenantId';
      if (operator === '$rename' && (typeof value !== 'string' || touchesTenant(value))) {
        return 'the update changes tenantId';
      }
    }
  }
  return null;
};

const isPlain = (value: unknown): value is PlainObject => isPlainObject(value) && isInert(value);

/** All of a compound's filters must hold, so one that names the tenant is enough; within any other operator it isn't. */
const isBoundSearch = (compound: unknown, bound: BoundTo): boolean => {
  const filters = isPlain(compound) ? compound['filter'] : undefined;
  if (!Array.isArray(filters)) return false;
  return filters.some((filter: unknown) => {
    const equals = isPlain(filter) ? filter['equals'] : undefined;
    return isPlain(equals) && equals['path'] === 'tenantId' && isOwn(equals['value'], bound);
  });
};

/** `{ tenantId: { $eq: own } }`, by itself or as one of an `$and`. */
const isBoundVectorSearch = (filter: unknown, bound: BoundTo): boolean => {
  if (!isPlain(filter)) return false;
  const { tenantId, $and } = filter;
  if (isPlain(tenantId) && isOwn(tenantId['$eq'], bound)) return true;
  return Array.isArray($and) && $and.some((inner: unknown) => isBoundVectorSearch(inner, bound));
};

/** Whether a stage lets through nothing but the tenant's documents. */
const isBoundStage = (stage: unknown, bound: BoundTo): boolean => {
  if (!isPlainObject(stage)) return false;
  const { $match, $geoNear, $search, $vectorSearch } = stage as Record<string, Record<string, unknown>>;
  if ($match !== undefined) return filterViolation($match, bound) === null;
  if ($geoNear !== undefined) return filterViolation($geoNear['query'], bound) === null;
  if ($search !== undefined) return isBoundSearch($search['compound'], bound);
  if ($vectorSearch !== undefined) return isBoundVectorSearch($vectorSearch['filter'], bound);
  return false;
};

const readViolation = (from: unknown, pipeline: unknown, bound: BoundTo): Violation => {
  if (typeof from !== 'string') return 'a stage reads a collection without naming it';
  const kind = bound.kindOf(from);
  if (kind === 'unknown') return `a stage reads "${from}", which no schema describes`;
  return kind === 'tenant' ? pipelineViolation(pipeline, bound) : nestedViolation(pipeline ?? [], bound);
};

/** Violations in the collections that the stages read, not of the pipeline's own input. */
export const nestedViolation = (pipeline: unknown, bound: BoundTo): Violation => {
  if (!Array.isArray(pipeline) || !isInert(pipeline)) return 'there is no pipeline';
  for (const stage of pipeline) {
    if (!isPlainObject(stage) || !isInert(stage)) return 'a stage is not an object';
    if ('$out' in stage || '$merge' in stage) return 'the pipeline writes';
    const name = stageName(stage);
    if (name === undefined) return 'a stage is not one of those that are known here';
    if (!isAsShown(name, stage[name])) return 'a stage is not what it shows';
    const violation = stageViolation(stage, bound);
    if (violation !== null) return violation;
  }
  return null;
};

const stageViolation = (stage: Record<string, unknown>, bound: BoundTo): Violation => {
  if (isPlainObject(stage['$lookup'])) {
    return readViolation(stage['$lookup']['from'], stage['$lookup']['pipeline'], bound);
  }
  if (typeof stage['$unionWith'] === 'string') return readViolation(stage['$unionWith'], undefined, bound);
  if (isPlainObject(stage['$unionWith'])) {
    return readViolation(stage['$unionWith']['coll'], stage['$unionWith']['pipeline'], bound);
  }
  if (isPlainObject(stage['$graphLookup'])) {
    const { from, restrictSearchWithMatch } = stage['$graphLookup'];
    return readViolation(from, [{ $match: restrictSearchWithMatch ?? {} }], bound);
  }
  if (isPlainObject(stage['$facet'])) {
    for (const inner of Object.values(stage['$facet'])) {
      const violation = nestedViolation(inner, bound);
      if (violation !== null) return violation;
    }
  }
  return null;
};

/** A pipeline over a tenant's collection. */
export const pipelineViolation = (pipeline: unknown, bound: BoundTo): Violation =>
  Array.isArray(pipeline) && isBoundStage(pipeline[0], bound)
    ? nestedViolation(pipeline, bound)
    : 'the pipeline does not begin with the tenant of the operation';

/** Operations of a bulk write that are checked; any other is a violation. */
export const bulkViolation = (operations: unknown, bound: BoundTo): Violation => {
  if (!Array.isArray(operations)) return 'there are no operations';
  for (const operation of operations as unknown[]) {
    if (!isPlain(operation)) return 'a statement of a bulk write is not what it shows';
    const [name = '', ...others] = Object.keys(operation);
    // The driver looks for one name after the other, in an order of its own.
    if (others.length > 0) return 'a statement of a bulk write has more than one name';
    const spec = operation[name];
    if (!isPlain(spec)) return 'a statement of a bulk write is not what it shows';
    const violation =
      name === 'insertOne'
        ? documentViolation(spec['document'], bound)
        : name === 'updateOne' || name === 'updateMany'
          ? (filterViolation(spec['filter'], bound) ?? updateViolation(spec['update'], bound))
          : `${name} is no operation of a bulk write here`;
    if (violation !== null) return violation;
  }
  return null;
};
