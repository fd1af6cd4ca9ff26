import { Types } from 'mongoose';
import fc from 'fast-check';
import { scrubFilter, tenantFilter } from './filter.rules';
import { IsolationViolationError, UnsupportedQueryError } from './isolation.errors';

const tenantId = new Types.ObjectId();
const foreign = new Types.ObjectId();

describe('tenantFilter', () => {
  it('puts the tenant and the living in front', () => {
    expect(tenantFilter({ a: 1 }, tenantId)).toEqual({ tenantId, deletedAt: null, a: 1 });
    expect(tenantFilter({}, tenantId, 'any')).toEqual({ tenantId });
  });

  it('never lets a condition on deletedAt replace its own', () => {
    expect(tenantFilter({ deletedAt: new Date(0) }, tenantId)).toEqual({
      tenantId,
      deletedAt: null,
      $and: [{ deletedAt: new Date(0) }],
    });
  });

  it('leaves the caller’s filter as it was', () => {
    const filter = { a: { $gt: 1 }, $or: [{ tenantId, b: 1 }] };
    const copy = structuredClone({ a: filter.a });
    tenantFilter(filter, tenantId);
    expect(filter).toEqual({ ...copy, $or: [{ tenantId, b: 1 }] });
    expect(Object.getOwnPropertySymbols(filter.a)).toEqual([]);
  });

  it('is the tenant’s, whatever is in the filter, or throws', () => {
    const key = fc.constantFrom(
      'tenantId',
      'tenantId.x',
      'a',
      'a.tenantId',
      '$and',
      '$or',
      '$nor',
      '$where',
      '$expr',
      '__proto__',
      'deletedAt',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(
          tenantId,
          foreign,
          foreign.toHexString(),
          null,
          undefined,
          1,
          'x',
          { $ne: null },
          { $in: [] },
        ),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      ),
    }));
    const filters = fc.dictionary(key, value, { maxKeys: 4 });
    const names = (part: unknown): unknown[] =>
      Array.isArray(part)
        ? part.flatMap(names)
        : typeof part === 'object' &&
            part !== null &&
            Object.getPrototypeOf(part) !== Types.ObjectId.prototype
          ? Object.entries(part).flatMap(([name, inner]) =>
              name.startsWith('tenantId')
                ? [inner]
                : ['$and', '$or', '$nor'].includes(name)
                  ? names(inner)
                  : [],
            )
          : [];
    fc.assert(
      fc.property(filters, (filter) => {
        try {
          expect(names(tenantFilter(filter, tenantId))).toEqual([tenantId]);
        } catch (error) {
          if (!(error instanceof IsolationViolationError) && !(error instanceof UnsupportedQueryError))
            throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('scrubFilter', () => {
  it('drops the own id, in any of its forms', () => {
    for (const value of [
      tenantId,
      tenantId.toHexString(),
      tenantId.toHexString().toUpperCase(),
      { $eq: tenantId },
    ]) {
      expect(
        scrubFilter({ tenantId: value, $nor: [{ $or: [{ tenantId: value, a: 1 }] }] }, tenantId),
      ).toEqual({
        $nor: [{ $or: [{ a: 1 }] }],
      });
    }
  });

  it.each([
    { tenantId: foreign },
    { tenantId: undefined },
    { tenantId: '' },
    { tenantId: { $eq: foreign } },
    { tenantId: { $eq: tenantId, $ne: null } },
    { tenantId: { $in: [tenantId] } },
    { tenantId: { $exists: true } },
    { tenantId: { _bsontype: 'ObjectId', toHexString: () => tenantId.toHexString() } },
    { tenantId: [tenantId] },
    { 'tenantId.$id': tenantId },
    { $and: [{ $or: [{ $nor: [{ tenantId: foreign }] }] }] },
  ])('refuses %j', (filter) => {
    expect(() => scrubFilter(filter, tenantId)).toThrow(IsolationViolationError);
  });

  it.each([
    null,
    'x',
    [],
    new Date(),
    { a: undefined },
    { a: { b: undefined } },
    { a: { $in: [undefined] } },
    { a: () => 1 },
    { a: { $gt: { $ne: 1 } } },
    { a: { b: { $gt: 1 } } },
    { a: { $where: '1' } },
    { a: { $text: 'x' } },
    { a: { $elemMatch: 'x' } },
    { a: { $elemMatch: { $where: '1' } } },
    { a: { $not: { $where: '1' } } },
    { $where: '1' },
    { $jsonSchema: {} },
    { $text: {} },
    { $comment: 'x' },
    { $expr: { $and: [{ $function: {} }] } },
    { $or: { a: 1 } },
    { $or: [null] },
  ])('does not offer %j', (filter) => {
    expect(() => scrubFilter(filter, tenantId)).toThrow(UnsupportedQueryError);
  });

  it('keeps values that are data, and operators that look at their field alone', () => {
    const filter = {
      a: { b: { c: 1 } },
      d: [1, { e: 2 }],
      f: { $gte: 1, $not: { $lt: 0 } },
      g: { $elemMatch: { h: { $in: ['x'] }, i: 1 } },
      j: { $elemMatch: { $gt: 3 } },
      k: null,
      l: new Date(0),
      m: /x/,
      n: 5n,
      'o.tenantId': 'somebody’s own word',
      $expr: { $lt: ['$p', '$q'] },
    };
    // structuredClone leaves out the marks that Mongoose knows trusted operators by.
    expect(structuredClone(scrubFilter(filter, tenantId))).toEqual(filter);
  });
});
