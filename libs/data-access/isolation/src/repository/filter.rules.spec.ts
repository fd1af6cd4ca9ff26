import mongoose, { Types } from 'mongoose';
import fc from 'fast-check';
import { scrubFilter, tenantFilter } from './filter.rules';
import { IsolationViolationError, UnsupportedQueryError } from '../audit/isolation.errors';

// Always the same: the tests' names have it.
const tenantId = new Types.ObjectId('5a'.repeat(12));
const foreign = new Types.ObjectId('f'.repeat(24));

describe('tenantFilter', () => {
  it('puts the tenant and the living in front', () => {
    expect(tenantFilter({ a: 1 }, tenantId)).toEqual({ tenantId, deletedAt: null, a: 1 });
    expect(tenantFilter({}, tenantId, 'any')).toEqual({ tenantId });
    expect(structuredClone(tenantFilter({ a: 1 }, tenantId, 'deleted'))).toEqual(
      structuredClone({ tenantId, deletedAt: { $ne: null }, a: 1 }),
    );
  });

  it('never lets a condition on deletedAt replace its own', () => {
    expect(tenantFilter({ deletedAt: new Date(0) }, tenantId)).toEqual({
      tenantId,
      deletedAt: null,
      $and: [{ deletedAt: new Date(0) }],
    });
    expect(tenantFilter({ deletedAt: null }, tenantId, 'deleted')).toMatchObject({
      deletedAt: { $ne: null },
      $and: [{ deletedAt: null }],
    });
    expect(tenantFilter({ deletedAt: null }, tenantId, 'any')).toEqual({ tenantId, deletedAt: null });
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
    const scrub = () => scrubFilter(filter, tenantId);
    expect(scrub).toThrow(IsolationViolationError);
    expect(scrub).toThrow(
      expect.objectContaining({ reason: expect.stringMatching(/the filter names tenantId/) as string }),
    );
  });

  it.each<[filter: unknown, because: RegExp]>([
    ...[null, 'x', [], new Date(0)].map((filter): [unknown, RegExp] => [filter, /must be a plain object/]),
    [{ a: undefined }, /"a" is undefined/],
    [{ a: { b: undefined } }, /"a\.b" is undefined/],
    [{ a: { $in: [undefined] } }, /"a" is undefined/],
    [{ a: () => 1 }, /"a" is no value/],
    [{ a: [Symbol('x')] }, /"a" is no value/],
    [{ a: { $gt: { $ne: 1 } } }, /"a" holds the operator \$ne as data/],
    [{ a: { b: { $gt: 1 } } }, /"a\.b" holds the operator \$gt/],
    [{ a: { $gt: 1, b: 2 } }, /operator b is not offered/],
    [{ a: { $where: '1' } }, /operator \$where is not offered/],
    [{ a: { $text: 'x' } }, /operator \$text is not offered/],
    [{ a: { $elemMatch: 'x' } }, /\$elemMatch on "a" needs an object/],
    [{ a: { $elemMatch: { $where: '1' } } }, /operator \$where is not offered/],
    [{ a: { $elemMatch: { b: { c: undefined } } } }, /"a\.b\.c" is undefined/],
    [{ a: { $not: { $where: '1' } } }, /operator \$where is not offered/],
    [{ $where: '1' }, /operator \$where is not offered/],
    [{ $jsonSchema: {} }, /operator \$jsonSchema is not offered/],
    [{ $text: {} }, /operator \$text is not offered/],
    [{ $comment: 'x' }, /operator \$comment is not offered/],
    [{ $expr: { $and: [{ $function: {} }] } }, /\$function runs JavaScript/],
    [{ $or: { a: 1 } }, /\$or needs an array/],
    [{ $or: [null] }, /must be a plain object/],
  ])('does not offer %p', (filter, because) => {
    const scrub = () => scrubFilter(filter, tenantId);
    expect(scrub).toThrow(UnsupportedQueryError);
    expect(scrub).toThrow(because);
  });

  it.each([
    ...[
      { $eq: 1 },
      { $ne: null },
      { $gt: 1 },
      { $gte: 1 },
      { $lt: 1 },
      { $lte: 1 },
      { $in: [1] },
      { $nin: [1] },
    ],
    ...[{ $exists: true }, { $not: { $gt: 1 } }, { $regex: 'x', $options: 'i' }, { $size: 1 }, { $all: [1] }],
    ...[{ $elemMatch: { b: 1 } }, { $type: 'string' }, { $mod: [2, 0] }],
  ])('lets %j pass, which looks at its field alone, to Mongoose as the platform’s own', (operators) => {
    const { a } = scrubFilter({ a: operators }, tenantId) as { a: object };
    expect(structuredClone(a)).toEqual(operators);
    // Else `sanitizeFilter` would make data of them.
    expect(mongoose.sanitizeFilter({ a })).toEqual({ a });
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
