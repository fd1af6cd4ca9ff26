import mongoose, { type Types } from 'mongoose';
import { IsolationViolationError, UnsupportedQueryError } from '../audit/isolation.errors';
import { isOwnId, isPlainObject, isTenantPath, scriptIn, type PlainObject } from '../bson/bson-guards';

/** Operators on one field that only look at that field. */
const FIELD_OPERATORS = new Set([
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$exists',
  '$not',
  '$regex',
  '$options',
  '$size',
  '$all',
  '$elemMatch',
  '$type',
  '$mod',
]);

const LOGICAL = new Set(['$and', '$or', '$nor']);

const checkOwn = (path: string, condition: unknown, tenantId: Types.ObjectId): void => {
  const value =
    isPlainObject(condition) && Object.keys(condition).length === 1 && '$eq' in condition
      ? condition['$eq']
      : condition;
  if (path !== 'tenantId' || !isOwnId(value, tenantId)) {
    throw new IsolationViolationError('the filter names tenantId with something else than the bound tenant');
  }
};

const checkData = (value: unknown, path: string): void => {
  if (value === undefined) {
    throw new UnsupportedQueryError(
      `"${path}" is undefined in a filter: leave the field out to mean any, or say null`,
    );
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new UnsupportedQueryError(`"${path}" is no value to filter by`);
  }
  if (Array.isArray(value)) value.forEach((item) => checkData(item, path));
  else if (isPlainObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (key.startsWith('$')) throw new UnsupportedQueryError(`"${path}" holds the operator ${key} as data`);
      checkData(inner, `${path}.${key}`);
    }
  }
};

/** A copy whose operators Mongoose's `sanitizeFilter` lets pass: they were written by the repository's code. */
const condition = (value: unknown, path: string): unknown => {
  if (!isPlainObject(value) || !Object.keys(value).some((key) => key.startsWith('$'))) {
    checkData(value, path);
    return value;
  }
  const copy: PlainObject = {};
  for (const [operator, operand] of Object.entries(value)) {
    if (!FIELD_OPERATORS.has(operator)) {
      throw new UnsupportedQueryError(`the operator ${operator} is not offered in filters`);
    }
    if (operator === '$not') copy[operator] = condition(operand, path);
    else if (operator === '$elemMatch') copy[operator] = elementCondition(operand, path);
    else {
      checkData(operand, path);
      copy[operator] = operand;
    }
  }
  return mongoose.trusted(copy);
};

const elementCondition = (value: unknown, path: string): unknown => {
  if (!isPlainObject(value)) throw new UnsupportedQueryError(`$elemMatch on "${path}" needs an object`);
  const copy: PlainObject = {};
  for (const [key, inner] of Object.entries(value)) {
    if (FIELD_OPERATORS.has(key)) Object.assign(copy, condition({ [key]: inner }, path));
    else if (key.startsWith('$'))
      throw new UnsupportedQueryError(`the operator ${key} is not offered in filters`);
    else copy[key] = condition(inner, `${path}.${key}`);
  }
  return mongoose.trusted(copy);
};

/**
 * A caller's filter without `tenantId`: the bound tenant's own id is dropped at any depth of $and, $or and $nor, any
 * other refused. Only operators that look at the document's own fields pass.
 *
 * Inside $or and $nor the own id can't just be dropped, since it is a condition that always holds there: `{ tenantId }`
 * alone becomes `{}`, which holds too.
 *
 * @throws IsolationViolationError, UnsupportedQueryError
 */
export const scrubFilter = (filter: unknown, tenantId: Types.ObjectId): PlainObject => {
  if (!isPlainObject(filter)) throw new UnsupportedQueryError('a filter must be a plain object');
  const clean: PlainObject = {};
  for (const [key, value] of Object.entries(filter)) {
    if (LOGICAL.has(key)) {
      if (!Array.isArray(value)) throw new UnsupportedQueryError(`${key} needs an array`);
      clean[key] = value.map((part) => scrubFilter(part, tenantId));
    } else if (isTenantPath(key)) checkOwn(key, value, tenantId);
    else if (key === '$expr') {
      const script = scriptIn(value);
      if (script !== undefined) throw new UnsupportedQueryError(`${script} runs JavaScript`);
      clean[key] = isPlainObject(value) ? mongoose.trusted({ ...value }) : value;
    } else if (key.startsWith('$')) {
      throw new UnsupportedQueryError(`the operator ${key} is not offered in filters`);
    } else clean[key] = condition(value, key);
  }
  return clean;
};

export type Lifetime = 'live' | 'deleted' | 'any';

const LIFETIME: Readonly<Record<Lifetime, () => PlainObject>> = {
  live: () => ({ deletedAt: null }),
  deleted: () => ({ deletedAt: mongoose.trusted({ $ne: null }) }),
  any: () => ({}),
};

/** The one place where a filter gets its tenant. */
export const tenantFilter = (
  filter: unknown,
  tenantId: Types.ObjectId,
  lifetime: Lifetime = 'live',
): PlainObject => {
  const bound = { tenantId, ...LIFETIME[lifetime]() };
  const clean = scrubFilter(filter, tenantId);
  // A caller's own condition on deletedAt adds to ours; it never replaces it.
  return lifetime !== 'any' && 'deletedAt' in clean ? { ...bound, $and: [clean] } : { ...bound, ...clean };
};
