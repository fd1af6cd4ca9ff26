import { runInNewContext } from 'node:vm';
import { Types } from 'mongoose';
import { isInert, isOwnId, isPlainObject, isSameId, isTenantPath, scriptIn } from './bson-guards';

// Always the same: a test's name has it.
const tenantId = new Types.ObjectId('5a'.repeat(12));

describe('isPlainObject', () => {
  it('is true of what was written with braces or parsed from JSON', () => {
    for (const value of [{}, { a: 1 }, JSON.parse('{"__proto__":1}'), Object.create(null)]) {
      expect(isPlainObject(value)).toBe(true);
    }
  });

  it.each([
    null,
    undefined,
    'x',
    1,
    [],
    () => 1,
    new Date(0),
    new Map(),
    tenantId,
    Object.create({}),
    runInNewContext('({})'),
  ])('is false of %p', (value) => {
    expect(isPlainObject(value)).toBe(false);
  });
});

it('the tenant’s path is the field and what is inside of it, not what begins like it', () => {
  expect(['tenantId', 'tenantId.', 'tenantId.x'].every(isTenantPath)).toBe(true);
  expect(['tenantIds', 'tenant', 'a.tenantId', 'tenantid', '', 'atenantId.x'].some(isTenantPath)).toBe(false);
});

describe('the tenant’s own id', () => {
  const other = new Types.ObjectId('f'.repeat(24));

  it('is an ObjectId of the same bytes, as text in any case too where a caller may write it', () => {
    expect(isSameId(new Types.ObjectId(tenantId.toHexString()), tenantId)).toBe(true);
    expect(isOwnId(new Types.ObjectId(tenantId.toHexString()), tenantId)).toBe(true);
    expect(isOwnId(tenantId.toHexString().toUpperCase(), tenantId)).toBe(true);
    expect(isSameId(tenantId.toHexString(), tenantId)).toBe(false);
  });

  it('is not another, nor something that only says that it is', () => {
    const copy = () => new Types.ObjectId(tenantId.toHexString());
    class OtherId extends Types.ObjectId {}
    const [field] = Reflect.ownKeys(copy());
    const disguises = [
      Object.assign(copy(), { toBSON: () => other }),
      Object.assign(copy(), { serializeInto: () => 12 }),
      Object.defineProperty(copy(), 'serializeInto', { value: () => 12 }),
      Object.defineProperty(copy(), field!, { get: () => Reflect.get(tenantId, field!) as unknown }),
      new OtherId(tenantId.toHexString()),
      Object.setPrototypeOf(copy(), Object.create(Types.ObjectId.prototype) as object) as unknown,
      new Proxy(copy(), {}),
    ];
    for (const value of [
      other,
      other.toHexString(),
      ...disguises,
      Object.freeze(Object.assign(copy(), { serializeInto: () => 12 })),
      { equals: () => true },
      null,
      undefined,
      '',
      tenantId.id,
    ]) {
      expect(isOwnId(value, tenantId)).toBe(false);
      expect(isSameId(value, tenantId)).toBe(false);
    }
    const itself = Object.assign(copy(), { serializeInto: () => 12 });
    expect(isSameId(itself, itself)).toBe(false);
    expect(isSameId(tenantId, tenantId)).toBe(true);
    const frozen = Object.freeze(copy());
    expect([isSameId(frozen, frozen), isSameId(frozen, tenantId)]).toEqual([true, true]);
  });
});

describe('scriptIn', () => {
  it.each(['$where', '$function', '$accumulator'])('finds %s however deep', (name) => {
    expect(scriptIn({ [name]: 1 })).toBe(name);
    expect(scriptIn({ a: 1, b: { c: 1, [name]: 1 } })).toBe(name);
    expect(scriptIn([{ a: 1 }, [{ b: [{ c: { [name]: 1 } }] }]])).toBe(name);
  });

  it('names the first', () => {
    expect(scriptIn([{ $function: 1 }, { $where: 1 }])).toBe('$function');
  });

  it.each([null, undefined, 'a $where', [], {}, [[{ where: '$where' }]], new Map([['$where', 1]])])(
    'finds none in %p',
    (value) => {
      expect(scriptIn(value)).toBeUndefined();
    },
  );
});

describe('isInert', () => {
  it('is true of plain data', () => {
    expect(isInert({ a: 1, b: { c: [] } })).toBe(true);
    expect(isInert([1, 2])).toBe(true);
    expect(isInert({ toBSON: 'a field of that name' })).toBe(true);
  });

  it('is false of what serialises itself or computes a field', () => {
    expect(isInert({ toBSON: () => ({}) })).toBe(false);
    expect(isInert(Object.assign([1], { toBSON: () => [] }))).toBe(false);
    const computed = Object.defineProperty({ a: 1 }, 'b', { enumerable: true, get: () => 2 });
    expect(isInert(computed)).toBe(false);
    expect(isInert(Object.defineProperty([1], 0, { get: () => 2 }))).toBe(false);
    expect(isInert(new Proxy({ a: 1 }, {}))).toBe(false);
  });
});
