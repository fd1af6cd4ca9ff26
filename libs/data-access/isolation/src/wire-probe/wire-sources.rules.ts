import { isInert, isPlainObject } from '../bson/bson-guards';

/** What a pipeline does beside reading its own input, however deep. */
export interface Sources {
  /** Collections that it reads. `null`: named in a way unknown here. */
  reads: (string | null)[];
  writes: boolean;
}

/** A collection is named by a string, or by an object with `key` (beside another database's name). */
const named = (value: unknown, key: 'coll' | 'from'): string | null => {
  if (typeof value === 'string') return value;
  if (!isPlainObject(value) || !isInert(value)) return null;
  const inner = value[key];
  return key === 'coll' ? (typeof inner === 'string' ? inner : null) : named(inner, 'coll');
};

/**
 * Every place in `pipeline` that can name a collection. It checks all keys, not only those where
 * a stage may be: a false positive is safer than a miss.
 */
export const sourcesOf = (pipeline: unknown): Sources => {
  const sources: Sources = { reads: [], writes: false };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isPlainObject(value)) Object.entries(value).forEach(([key, inner]) => look(key, inner));
  };
  const look = (key: string, value: unknown): void => {
    if (key === '$lookup' || key === '$graphLookup') {
      // A $lookup of $documents reads no collection.
      if (!isPlainObject(value) || 'from' in value) sources.reads.push(named(value, 'from'));
    } else if (key === '$unionWith') {
      if (!isPlainObject(value) || 'coll' in value) sources.reads.push(named(value, 'coll'));
    } else if (key === '$out' || key === '$merge') sources.writes = true;
    else if (key === '$changeStream') sources.reads.push(null);
    visit(value);
  };
  visit(pipeline);
  return sources;
};
