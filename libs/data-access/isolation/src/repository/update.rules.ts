import type { Types } from 'mongoose';
import { IsolationViolationError, UnsupportedQueryError } from '../audit/isolation.errors';
import { isOwnId, isPlainObject, isTenantPath, type PlainObject } from '../bson/bson-guards';

const OPERATORS = new Set([
  '$set',
  '$setOnInsert',
  '$unset',
  '$inc',
  '$mul',
  '$min',
  '$max',
  '$push',
  '$pull',
  '$pullAll',
  '$addToSet',
  '$pop',
  '$currentDate',
  '$bit',
  '$rename',
]);

/** Operators that may repeat the own id, since they would leave it as it is. */
const ASSIGNING = new Set(['$set', '$setOnInsert']);

const moved = () => new IsolationViolationError('the update changes tenantId');

const scrubFields = (operator: string, fields: unknown, tenantId: Types.ObjectId): PlainObject => {
  if (!isPlainObject(fields)) throw new UnsupportedQueryError(`${operator} needs an object`);
  const clean: PlainObject = {};
  for (const [path, value] of Object.entries(fields)) {
    if (operator === '$rename') {
      if (typeof value !== 'string')
        throw new UnsupportedQueryError(`$rename needs a new name for "${path}"`);
      if (isTenantPath(value)) throw moved();
    }
    if (!isTenantPath(path)) clean[path] = value;
    else if (path !== 'tenantId' || !ASSIGNING.has(operator) || !isOwnId(value, tenantId)) throw moved();
  }
  return clean;
};

/**
 * A caller's update without `tenantId`: setting the bound tenant's own id is dropped, anything else that touches it
 * refused. Pipelines are refused whole (what they assign can't be known before they run), replacements too.
 *
 * @throws IsolationViolationError, UnsupportedQueryError
 */
export const scrubUpdate = (update: unknown, tenantId: Types.ObjectId): PlainObject => {
  if (Array.isArray(update)) throw new IsolationViolationError('an update pipeline can change tenantId');
  if (!isPlainObject(update)) throw new UnsupportedQueryError('an update must be a plain object');
  const clean: PlainObject = {};
  for (const [operator, fields] of Object.entries(update)) {
    if (isTenantPath(operator)) {
      if (operator === 'tenantId' && isOwnId(fields, tenantId)) continue;
      throw moved();
    }
    if (!operator.startsWith('$')) {
      throw new UnsupportedQueryError(`"${operator}" is no update operator; write { $set: { ... } }`);
    }
    if (!OPERATORS.has(operator)) {
      throw new UnsupportedQueryError(`the operator ${operator} is not offered in updates`);
    }
    if (fields === undefined) continue;
    const scrubbed = scrubFields(operator, fields, tenantId);
    if (Object.keys(scrubbed).length > 0) clean[operator] = scrubbed;
  }
  return clean;
};

/**
 * A document to insert, with the bound tenant put in.
 * @throws IsolationViolationError when it names another.
 */
export const scrubDocument = (document: unknown, tenantId: Types.ObjectId): PlainObject => {
  if (!isPlainObject(document)) throw new UnsupportedQueryError('a document must be a plain object');
  for (const [path, value] of Object.entries(document)) {
    if (isTenantPath(path) && !(path === 'tenantId' && isOwnId(value, tenantId))) {
      throw new IsolationViolationError('the document names another tenant');
    }
  }
  return { ...document, tenantId };
};
