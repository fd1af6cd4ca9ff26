import { isInert, isPlainObject } from '../bson/bson-guards';

/**
 * The stages that the nets behind the repository let through. They have a list of their own: a stage that the repository
 * comes to pass by mistake stops here, and so does one of a MongoDB that nobody has looked at yet.
 */
export const KNOWN_STAGES: ReadonlySet<string> = new Set([
  ...['$addFields', '$bucket', '$bucketAuto', '$count', '$densify', '$fill', '$group', '$limit', '$project'],
  ...['$redact', '$replaceRoot', '$replaceWith', '$sample', '$set', '$setWindowFields', '$skip', '$sort'],
  ...['$sortByCount', '$unset', '$unwind', '$match', '$geoNear', '$search', '$vectorSearch'],
  // Reads no collection, but what it holds itself.
  '$documents',
  // These read collections, or hold pipelines that do.
  ...['$facet', '$graphLookup', '$lookup', '$unionWith'],
]);

/** Those by whose specification it is judged what they read, or whose documents they let through. */
const JUDGED: ReadonlySet<string> = new Set([
  ...['$match', '$geoNear', '$search', '$vectorSearch', '$facet', '$graphLookup', '$lookup', '$unionWith'],
]);

/** Whether a stage's specification is sent as what it shows. */
export const isAsShown = (name: string, spec: unknown): boolean =>
  isPlainObject(spec) ? isInert(spec) : typeof spec === 'string' || !JUDGED.has(name);

/** The name of a stage that is known, its only one; `undefined` for anything else. */
export const stageName = (stage: unknown): string | undefined => {
  if (!isPlainObject(stage) || !isInert(stage)) return undefined;
  const [name = '', ...others] = Object.keys(stage);
  return others.length === 0 && KNOWN_STAGES.has(name) ? name : undefined;
};

/** Whether every stage of `pipeline`, and of the pipelines that its stages hold, is known. */
export const knowsStages = (pipeline: unknown): boolean =>
  Array.isArray(pipeline) &&
  isInert(pipeline) &&
  pipeline.every((stage: unknown) => {
    const name = stageName(stage);
    if (name === undefined) return false;
    const spec = (stage as Record<string, unknown>)[name];
    if (!isAsShown(name, spec)) return false;
    if (name === '$facet') return isPlainObject(spec) && Object.values(spec).every(knowsStages);
    if (name !== '$lookup' && name !== '$unionWith') return true;
    // In short, `spec` is a collection's name alone.
    const { pipeline: inner } = spec as { pipeline?: unknown };
    return inner === undefined || knowsStages(inner);
  });
