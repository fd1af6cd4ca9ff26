import type { Types } from 'mongoose';
import { UnsupportedQueryError } from '../audit/isolation.errors';
import { isPlainObject, type PlainObject } from '../bson/bson-guards';

/** What stands beside the one operator of a $search stage. */
const SEARCH_OPTIONS = new Set([
  'index',
  'highlight',
  'concurrent',
  'count',
  'searchAfter',
  'searchBefore',
  'scoreDetails',
  'sort',
  'returnStoredSource',
  'tracking',
]);

/** $search must come first, so the tenant is a filter inside of it; a `facet` collector counts what no $match sees. */
export const searchWithin = (spec: PlainObject, tenantId: Types.ObjectId): PlainObject => {
  const operators = Object.keys(spec).filter((key) => !SEARCH_OPTIONS.has(key));
  const operator = operators[0];
  if (operators.length !== 1 || operator === undefined || operator === 'facet') {
    throw new UnsupportedQueryError('$search needs exactly one operator, and not the facet collector');
  }
  const { [operator]: operand, ...options } = spec;
  return {
    ...options,
    compound: {
      must: [{ [operator]: operand }],
      filter: [{ equals: { path: 'tenantId', value: tenantId } }],
    },
  };
};

export const vectorSearchWithin = (spec: PlainObject, tenantId: Types.ObjectId): PlainObject => {
  const { filter } = spec;
  if (filter !== undefined && !isPlainObject(filter)) {
    throw new UnsupportedQueryError('$vectorSearch needs a plain object as filter');
  }
  const own = { tenantId: { $eq: tenantId } };
  return { ...spec, filter: filter === undefined ? own : { $and: [own, filter] } };
};
