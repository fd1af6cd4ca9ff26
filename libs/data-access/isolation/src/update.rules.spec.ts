import { Types } from 'mongoose';
import { IsolationViolationError, UnsupportedQueryError } from './isolation.errors';
import { scrubDocument, scrubUpdate } from './update.rules';

const tenantId = new Types.ObjectId();
const foreign = new Types.ObjectId();

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
    expect(() => scrubUpdate(update, tenantId)).toThrow(IsolationViolationError);
  });

  it.each([null, 'x', { a: 1 }, { $set: 1 }, { $set: [] }, { $where: {} }, { $replaceWith: {} }])(
    'does not offer %j',
    (update) => {
      expect(() => scrubUpdate(update, tenantId)).toThrow(UnsupportedQueryError);
    },
  );
});

describe('scrubDocument', () => {
  it('puts the tenant in', () => {
    expect(scrubDocument({ a: 1 }, tenantId)).toEqual({ a: 1, tenantId });
    expect(scrubDocument({ a: 1, tenantId: tenantId.toHexString() }, tenantId)).toEqual({ a: 1, tenantId });
  });

  it.each([{ tenantId: foreign }, { tenantId: null }, { tenantId: undefined }, { 'tenantId.x': 1 }])(
    'refuses %j',
    (document) => {
      expect(() => scrubDocument(document, tenantId)).toThrow(IsolationViolationError);
    },
  );

  it('takes plain objects alone', () => {
    expect(() => scrubDocument(new Date(), tenantId)).toThrow(UnsupportedQueryError);
    expect(() => scrubDocument([], tenantId)).toThrow(UnsupportedQueryError);
  });
});
