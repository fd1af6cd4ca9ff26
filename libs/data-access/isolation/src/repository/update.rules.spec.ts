import { Types } from 'mongoose';
import { IsolationViolationError, UnsupportedQueryError } from '../audit/isolation.errors';
import { scrubDocument, scrubUpdate } from './update.rules';

// Always the same: the tests' names have it.
const tenantId = new Types.ObjectId('5a'.repeat(12));
const foreign = new Types.ObjectId('f'.repeat(24));

describe('scrubUpdate', () => {
  it('keeps what changes the document and drops the own id', () => {
    const update = { $set: { a: 1, 'b.tenantId': 2, tenantId }, $inc: { c: 1n }, $setOnInsert: { tenantId } };
    expect(scrubUpdate(update, tenantId)).toEqual({ $set: { a: 1, 'b.tenantId': 2 }, $inc: { c: 1n } });
    expect(scrubUpdate({ $set: { a: 1 }, $unset: undefined }, tenantId)).toEqual({ $set: { a: 1 } });
  });

  it.each([
    { $set: { tenantId: foreign } },
    { $set: { tenantId: null } },
    { $set: { 'tenantId.x': 1 } },
    { $setOnInsert: { tenantId: foreign.toHexString() } },
    { $unset: { tenantId: '' } },
    { $unset: { tenantId: tenantId.toHexString() } },
    { $rename: { tenantId: 'x' } },
    { $rename: { a: 'tenantId' } },
    { $rename: { a: 'tenantId.b' } },
    { $currentDate: { tenantId: true } },
    { $min: { tenantId: foreign } },
    { $push: { tenantId: 1 } },
    { tenantId: foreign },
    { 'tenantId.x': 1 },
    [],
    [{ $set: { a: 1 } }],
    [{ $replaceWith: '$other' }],
  ])('refuses %j', (update) => {
    const scrub = () => scrubUpdate(update, tenantId);
    expect(scrub).toThrow(IsolationViolationError);
    expect(scrub).toThrow(expect.objectContaining({ reason: expect.stringMatching(/tenantId/) as string }));
  });

  it.each<[update: unknown, because: RegExp]>([
    [null, /must be a plain object/],
    ['x', /must be a plain object/],
    [new Map(), /must be a plain object/],
    [{ a: 1 }, /"a" is no update operator/],
    [{ $set: 1 }, /\$set needs an object/],
    [{ $set: [] }, /\$set needs an object/],
    [{ $set: null }, /\$set needs an object/],
    // What is no name may be sent as one.
    [{ $rename: { a: { toBSON: () => 'tenantId' } } }, /\$rename needs a new name for "a"/],
    [{ $where: {} }, /operator \$where is not offered/],
    [{ $replaceWith: {} }, /operator \$replaceWith is not offered/],
  ])('does not offer %p', (update, because) => {
    const scrub = () => scrubUpdate(update, tenantId);
    expect(scrub).toThrow(UnsupportedQueryError);
    expect(scrub).toThrow(because);
  });

  it.each([
    ...['$set', '$setOnInsert', '$unset', '$inc', '$mul', '$min', '$max', '$push', '$pull', '$pullAll'],
    ...['$addToSet', '$pop', '$currentDate', '$bit'],
  ])('offers %s on any field but tenantId', (operator) => {
    expect(scrubUpdate({ [operator]: { a: 'tenantId', tenantIds: 1 } }, tenantId)).toEqual({
      [operator]: { a: 'tenantId', tenantIds: 1 },
    });
    expect(() => scrubUpdate({ [operator]: { tenantId: foreign } }, tenantId)).toThrow(
      IsolationViolationError,
    );
  });

  it('renames other fields', () => {
    expect(scrubUpdate({ $rename: { a: 'b' } }, tenantId)).toEqual({ $rename: { a: 'b' } });
  });

  it('drops an own id beside the operators, as a document that was read and sent back has it', () => {
    expect(scrubUpdate({ tenantId, $set: { a: 1 } }, tenantId)).toEqual({ $set: { a: 1 } });
    expect(() => scrubUpdate({ 'tenantId.x': tenantId }, tenantId)).toThrow(IsolationViolationError);
    expect(() => scrubUpdate({ $set: { 'tenantId.x': tenantId } }, tenantId)).toThrow(
      IsolationViolationError,
    );
  });
});

describe('scrubDocument', () => {
  it('puts the tenant in', () => {
    expect(scrubDocument({ a: 1 }, tenantId)).toEqual({ a: 1, tenantId });
    expect(scrubDocument({ a: 1, tenantId: tenantId.toHexString() }, tenantId)).toEqual({ a: 1, tenantId });
  });

  it.each([
    { tenantId: foreign },
    { tenantId: null },
    { tenantId: undefined },
    { 'tenantId.x': 1 },
    { 'tenantId.x': tenantId },
  ])('refuses %j', (document) => {
    const scrub = () => scrubDocument(document, tenantId);
    expect(scrub).toThrow(IsolationViolationError);
    expect(scrub).toThrow(expect.objectContaining({ reason: 'the document names another tenant' }));
  });

  it('takes plain objects alone', () => {
    for (const document of [new Date(), [], null, 'x']) {
      expect(() => scrubDocument(document, tenantId)).toThrow(UnsupportedQueryError);
      expect(() => scrubDocument(document, tenantId)).toThrow(/a document must be a plain object/);
    }
  });
});
