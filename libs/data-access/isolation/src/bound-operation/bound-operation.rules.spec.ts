import mongoose, { Types } from 'mongoose';
import {
  bulkViolation,
  documentViolation,
  documentsViolation,
  filterViolation,
  nestedViolation,
  pipelineViolation,
  updateViolation,
  type BoundTo,
} from './bound-operation.rules';
import type { CollectionKind } from '../placement/collection-kinds';

// Always the same: the tests' names have them.
const tenantId = new Types.ObjectId('5a'.repeat(12));
const foreign = new Types.ObjectId('f'.repeat(24));
const KINDS: Record<string, CollectionKind> = { payments: 'tenant', users: 'tenant', rates: 'shared' };
const bound: BoundTo = { tenantId, kindOf: (name) => KINDS[name] ?? 'unknown' };

const own = { tenantId };
const match = { $match: own };
const computed = (fields: object) =>
  Object.defineProperty({ ...fields }, 'x', { enumerable: true, get: () => foreign });
class Builder {}
const selfMade = (fields: object) => ({ ...fields, toBSON: () => ({ tenantId: foreign }) });

/** What carries another tenant's id, none, or what only looks like the own one. */
const notOwn: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['an array', [own]],
  ['no tenant', { a: 1 }],
  ['another tenant', { tenantId: foreign }],
  ['the id as text', { tenantId: tenantId.toHexString() }],
  ['an operator', { tenantId: { $eq: tenantId } }],
  ['what serialises itself', selfMade(own)],
  ['a computed field', computed(own)],
  ['the tenant in an $or', { $or: [own] }],
];

describe('a filter', () => {
  it('carries the tenant, whatever else it asks for', () => {
    expect(filterViolation({ tenantId, a: { $gt: 1 }, $or: [{ b: 1 }] }, bound)).toBeNull();
  });

  it.each(notOwn)('of %s is a violation', (_case, filter) => {
    expect(filterViolation(filter, bound)).toMatch(/^the filter is not bound to the tenant/);
  });
});

describe('a document', () => {
  it('is of the tenant, one by one', () => {
    expect(documentViolation({ tenantId, a: 1 }, bound)).toBeNull();
    expect(documentsViolation([own, { tenantId, a: 1 }], bound)).toBeNull();
    expect(documentsViolation([], bound)).toBeNull();
  });

  it.each(notOwn)('of %s is a violation, among others too', (_case, document) => {
    expect(documentViolation(document, bound)).toMatch(/^the document is not of the tenant/);
    expect(documentsViolation([own, document], bound)).toMatch(/^the document is not of the tenant/);
  });

  it('needs a list where there are many', () => {
    for (const documents of [undefined, own, 'x']) {
      expect(documentsViolation(documents, bound)).toBe('there are no documents');
    }
  });

  it('of Mongoose is judged by what would be stored', () => {
    const Thing = mongoose.model('Thing', new mongoose.Schema({ tenantId: Types.ObjectId }));
    const thing = new Thing(own);
    expect(documentViolation(thing, bound)).toBeNull();
    thing.set('tenantId', foreign);
    expect(documentViolation(thing, bound)).not.toBeNull();
    mongoose.deleteModel('Thing');
  });
});

describe('an update', () => {
  it.each([
    {},
    { $set: { a: 1, tenantIds: 1 }, $inc: { b: 1 } },
    { $setOnInsert: { tenantId, a: 1 } },
    { $rename: { a: 'b' } },
    { $set: { a: 'tenantId' } },
  ])('%j passes', (update) => {
    expect(updateViolation(update, bound)).toBeNull();
  });

  it.each<[unknown, RegExp]>([
    [undefined, /^the update is a pipeline or no update/],
    [[{ $set: { a: 1 } }], /^the update is a pipeline or no update/],
    [selfMade({}), /^the update is a pipeline or no update/],
    [{ a: 1 }, /^the update replaces the document/],
    [{ $set: { a: 1 }, b: 1 }, /^the update replaces the document/],
    [{ $set: 1 }, /^\$set has no fields/],
    [{ $inc: [] }, /^\$inc has no fields/],
    [{ $set: selfMade({}) }, /^\$set has no fields/],
    [{ $set: computed({}) }, /^\$set has no fields/],
    [{ $set: { tenantId: foreign } }, /changes tenantId/],
    // Immutable: not even to what it is.
    [{ $set: { tenantId } }, /changes tenantId/],
    [{ $set: { a: 1, 'tenantId.x': 1 } }, /changes tenantId/],
    [{ $setOnInsert: { tenantId: foreign } }, /changes tenantId/],
    [{ $setOnInsert: { 'tenantId.x': tenantId } }, /changes tenantId/],
    [{ $unset: { tenantId: '' } }, /changes tenantId/],
    [{ $rename: { tenantId: 'a' } }, /changes tenantId/],
    [{ $rename: { a: 'tenantId' } }, /changes tenantId/],
    [{ $rename: { a: 'tenantId.x' } }, /changes tenantId/],
    // What is no name may be sent as one.
    [{ $rename: { a: { toBSON: () => 'tenantId' } } }, /changes tenantId/],
    [{ $rename: { a: 1 } }, /changes tenantId/],
  ])('%j is a violation', (update, fault) => {
    expect(updateViolation(update, bound)).toMatch(fault);
  });
});

const boundSearch = { equals: { path: 'tenantId', value: tenantId } };
const joined = { localField: 'a', foreignField: 'b', as: 'c' };

describe('a pipeline', () => {
  it.each([
    [[match]],
    [[{ $match: { tenantId, a: 1 } }, { $limit: 1 }]],
    [[{ $geoNear: { near: [0, 0], query: own } }]],
    [[{ $search: { compound: { filter: [{ equals: { path: 'tenantId', value: tenantId } }] } } }]],
    [
      [
        {
          $search: {
            compound: { filter: [{ text: {} }, null, { equals: { path: 'tenantId', value: tenantId } }] },
          },
        },
      ],
    ],
    [[{ $vectorSearch: { filter: { tenantId: { $eq: tenantId } } } }]],
    [[{ $vectorSearch: { filter: { $and: [{ a: 1 }, { tenantId: { $eq: tenantId } }] } } }]],
    [[match, { $lookup: { from: 'users', ...joined, pipeline: [match] } }]],
    [[match, { $lookup: { from: 'rates', ...joined } }]],
    [[match, { $lookup: { from: 'rates', pipeline: [{ $unionWith: 'rates' }] } }]],
    [[match, { $unionWith: { coll: 'users', pipeline: [match] } }]],
    [[match, { $unionWith: 'rates' }]],
    [[match, { $unionWith: { coll: 'rates' } }]],
    [[match, { $graphLookup: { from: 'users', restrictSearchWithMatch: own } }]],
    [[match, { $graphLookup: { from: 'rates' } }]],
    [[match, { $facet: { x: [{ $limit: 1 }], y: [] } }]],
  ])('%j passes', (pipeline) => {
    expect(pipelineViolation(pipeline, bound)).toBeNull();
  });

  it.each([
    undefined,
    {},
    [],
    [null],
    ['x'],
    [{ $limit: 1 }, match],
    [{ $match: { tenantId: foreign } }, match],
    [{ $match: { $or: [own] } }],
    [{ $geoNear: {} }],
    [{ $geoNear: { query: { a: 1 } } }, match],
    [{ $search: {} }, match],
    [{ $search: { text: {} } }, match],
    [{ $search: { compound: {} } }, match],
    [{ $search: { compound: { must: [tenantId], filter: [foreign] } } }],
    // The own id stands there, but doesn't bind.
    [{ $search: { compound: { filter: [{ equals: { path: 'parentId', value: tenantId } }] } } }],
    [{ $search: { compound: { filter: [{ text: { path: 'tenantId', query: String(tenantId) } }] } } }],
    [{ $search: { compound: { filter: [{ compound: { should: [boundSearch, {}] } }] } } }],
    [{ $search: { compound: { filter: [{ equals: selfMade({ path: 'tenantId', value: tenantId }) }] } } }],
    [{ $search: { compound: { filter: boundSearch } } }],
    [{ $vectorSearch: { filter: { $or: [{ tenantId: { $eq: tenantId } }, {}] } } }],
    [{ $vectorSearch: { filter: { tenantId: { $ne: tenantId } } } }],
    [{ $vectorSearch: { filter: { parentId: { $eq: tenantId } } } }],
    [{ $vectorSearch: { filter: { $and: [{ $or: [{ tenantId: { $eq: tenantId } }, {}] }] } } }],
    [{ $vectorSearch: { filter: { $and: {} } } }],
    [{ $vectorSearch: { filter: computed({ tenantId: { $eq: tenantId } }) } }],
    [{ $vectorSearch: {} }, match],
    [{ $vectorSearch: { filter: { tenantId: foreign } } }],
  ])('%j does not begin with the tenant', (pipeline) => {
    expect(pipelineViolation(pipeline, bound)).toBe(
      'the pipeline does not begin with the tenant of the operation',
    );
  });

  const begins = /does not begin with the tenant/;
  it.each<[object, RegExp]>([
    [{ $out: 'x' }, /^the pipeline writes/],
    [{ $merge: { into: 'x' } }, /^the pipeline writes/],
    [{ $lookup: { ...joined } }, /^a stage reads a collection without naming it/],
    [{ $lookup: { from: { db: 'other', coll: 'users' }, pipeline: [match] } }, /without naming it/],
    [{ $lookup: { from: 'secrets', pipeline: [match] } }, /^a stage reads "secrets", which no schema/],
    [{ $lookup: { from: 'users', ...joined } }, begins],
    [{ $lookup: { from: 'users', pipeline: [{ $limit: 1 }] } }, begins],
    [{ $lookup: { from: 'users', pipeline: [{ $match: { tenantId: foreign } }] } }, begins],
    [{ $lookup: { from: 'rates', pipeline: {} } }, /^there is no pipeline/],
    [{ $lookup: { from: 'rates', pipeline: [{ $unionWith: 'users' }] } }, begins],
    [{ $lookup: { from: 'rates', pipeline: [{ $out: 'x' }] } }, /^the pipeline writes/],
    [{ $unionWith: 'users' }, begins],
    [{ $unionWith: 'secrets' }, /"secrets"/],
    [{ $unionWith: {} }, /without naming it/],
    [{ $unionWith: { coll: 'users' } }, begins],
    [{ $unionWith: { coll: 'users', pipeline: [{ $limit: 1 }] } }, begins],
    [{ $graphLookup: { from: 'users' } }, begins],
    [{ $graphLookup: { from: 'users', restrictSearchWithMatch: { tenantId: foreign } } }, begins],
    [{ $graphLookup: { from: 'secrets', restrictSearchWithMatch: own } }, /"secrets"/],
    [{ $graphLookup: {} }, /without naming it/],
    [{ $facet: { x: [{ $limit: 1 }], y: [{ $unionWith: 'users' }] } }, begins],
    [{ $facet: { x: 'y' } }, /^there is no pipeline/],
    [{ $facet: { x: [{ $merge: 'x' }] } }, /^the pipeline writes/],
  ])('with %j is a violation, in front and behind other stages', (stage, fault) => {
    expect(pipelineViolation([match, stage], bound)).toMatch(fault);
    expect(pipelineViolation([match, { $limit: 1 }, stage, { $limit: 1 }], bound)).toMatch(fault);
    expect(nestedViolation([stage], bound)).toMatch(fault);
  });

  it.each<[string, unknown, RegExp]>([
    ['no list', {}, /^there is no pipeline/],
    ['a list that serialises itself', Object.assign([match], { toBSON: () => [] }), /^there is no pipeline/],
    ['a stage that is no object', ['x'], /^a stage is not an object/],
    ['a stage that serialises itself', [selfMade({ $limit: 1 })], /^a stage is not an object/],
    ['a stage that computes itself', [computed({})], /^a stage is not an object/],
    ['a stage of a newer MongoDB', [{ $newer: {} }], /^a stage is not one of those that are known/],
    ['a stage whose inside serialises itself', [{ $match: selfMade({}) }], /^a stage is not what it shows/],
    ...[
      '$match',
      '$geoNear',
      '$search',
      '$vectorSearch',
      '$facet',
      '$graphLookup',
      '$lookup',
      '$unionWith',
    ].flatMap((name): [string, unknown, RegExp][] =>
      [new Builder(), new Map(), [], 1, null, new Proxy({}, {})].map((spec) => [
        `${name} that is ${String(Object.prototype.toString.call(spec))}`,
        [{ [name]: spec }],
        /^a stage is not what it shows/,
      ]),
    ),
    ['a stage whose inside is computed', [{ $lookup: computed(joined) }], /^a stage is not what it shows/],
  ])('of %s is a violation', (_case, pipeline, fault) => {
    expect(nestedViolation(pipeline, bound)).toMatch(fault);
  });
});

describe('a bulk write', () => {
  const insertOne = { insertOne: { document: own } };
  const update = (name: string, filter: object, change: object) => ({ [name]: { filter, update: change } });

  it('is not one of documents that serialise themselves', () => {
    expect(documentsViolation([own], bound)).toBeNull();
    expect(documentsViolation(Object.assign([own], { toBSON: () => [{}] }), bound)).toBe(
      'there are no documents',
    );
  });

  it('of the tenant’s own passes', () => {
    const change = { $set: { a: 1 } };
    const operations = [insertOne, update('updateOne', own, change), update('updateMany', own, change)];
    expect(bulkViolation(operations, bound)).toBeNull();
    expect(bulkViolation([], bound)).toBeNull();
  });

  it.each<[object, RegExp]>([
    [{ insertOne: { document: { tenantId: foreign } } }, /^the document is not of the tenant/],
    [{ insertOne: {} }, /^the document is not of the tenant/],
    [{ insertOne: undefined }, /is not what it shows/],
    [{ insertOne: computed({ document: own }) }, /is not what it shows/],
    [Object.assign(new Builder(), insertOne), /is not what it shows/],
    [{ ...insertOne, deleteMany: { filter: {} } }, /has more than one name/],
    [update('updateOne', {}, {}), /^the filter is not bound/],
    [update('updateMany', { tenantId: foreign }, {}), /^the filter is not bound/],
    [update('updateOne', own, { $set: { tenantId: foreign } }), /changes tenantId/],
    [update('updateMany', own, [{ $set: {} }]), /^the update is a pipeline/],
    [update('replaceOne', own, own), /^replaceOne is no operation/],
    [{ deleteMany: { filter: own } }, /^deleteMany is no operation/],
    [{}, /is not what it shows/],
  ])('with %j is a violation, behind others too', (operation, fault) => {
    expect(bulkViolation([operation], bound)).toMatch(fault);
    expect(bulkViolation([insertOne, operation, insertOne], bound)).toMatch(fault);
  });

  it('needs a list', () => {
    expect(bulkViolation(undefined, bound)).toBe('there are no operations');
  });
});
