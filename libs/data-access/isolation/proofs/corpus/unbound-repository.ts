import mongoose from 'mongoose';
import { isPlainObject, type PlainObject } from '../../src/bson/bson-guards';
import type { RepositoryNet } from '../../src/repository/repository-net';

/** Marked as written by the code, operators and all, as the repository does. */
const trusted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(trusted);
  if (!isPlainObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, trusted(inner)]));
  return Object.keys(copy).some((key) => key.startsWith('$')) ? mongoose.trusted(copy) : copy;
};

/** A repository that forgot everything: what it is told goes to MongoDB as it is. */
export const UNBOUND_REPOSITORY: RepositoryNet = {
  tenantFilter: (filter) => trusted(filter) as PlainObject,
  scrubUpdate: (update) => update as PlainObject,
  scrubDocument: (document) => document as PlainObject,
  protectPipeline: (pipeline) => [...pipeline] as PlainObject[],
};
