import { ObjectId } from 'bson';
import { duplicateKeyError, lostUpsertRace } from './duplicate-key';

const index = { namespace: 'db.c', name: 'a_1_b.c_1', key: { a: 1, 'b.c': 1 } };

describe('a duplicate key', () => {
  it('is told as MongoDB tells it', () => {
    const id = new ObjectId('65d5f1f45c3a88292c0c1541');
    const { message, details } = duplicateKeyError(index, { a: id, b: { c: 'x"y' }, other: 1 });
    expect(message).toBe(
      `E11000 duplicate key error collection: db.c index: a_1_b.c_1 dup key: { a: ObjectId('65d5f1f45c3a88292c0c1541'), b.c: "x\\"y" }`,
    );
    expect(details).toEqual({ keyPattern: index.key, keyValue: { a: id, 'b.c': 'x"y' } });
  });

  it('shows a missing field as null', () => {
    expect(duplicateKeyError(index, { a: 1 }).message).toContain('{ a: 1, b.c: null }');
  });
});

describe('an upsert lost a race', () => {
  it.each([
    [{ a: 1, 'b.c': 'x' }],
    [{ 'b.c': { $eq: 'x' }, a: null }],
    [{ a: new ObjectId(), 'b.c': { embedded: true } }],
  ])('when it asked for exactly the key: %j', (filter) => {
    expect(lostUpsertRace(index, filter)).toBe(true);
  });

  it.each([
    [{ a: 1 }],
    [{ a: 1, 'b.c': 'x', version: 3 }],
    [{ a: { $gt: 1 }, 'b.c': 'x' }],
    [{ $and: [{ a: 1 }], 'b.c': 'x' }],
  ])('not when the winner may fail its filter too: %j', (filter) => {
    expect(lostUpsertRace(index, filter)).toBe(false);
  });
});
