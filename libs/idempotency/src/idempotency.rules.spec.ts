import fc from 'fast-check';
import { fingerprint, isIdempotencyKey } from './idempotency.rules';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
};

describe('keys', () => {
  it('are 1 to 255 printable ASCII characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const sound =
          text.length >= 1 &&
          text.length <= 255 &&
          [...text].every((character) => character >= ' ' && character <= '~');
        expect(isIdempotencyKey(text)).toBe(sound);
      }),
    );
    expect(isIdempotencyKey('a'.repeat(255))).toBe(true);
    expect(isIdempotencyKey('a'.repeat(256))).toBe(false);
    expect(isIdempotencyKey('key\n')).toBe(false);
  });
});

describe('fingerprints', () => {
  it('do not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(fingerprint(shuffled(value))).toBe(fingerprint(value));
      }),
    );
  });

  it('do not depend on how the JSON was written', () => {
    expect(fingerprint(JSON.parse('{"a": 1.0, "b":[1e3]}'))).toBe(
      fingerprint(JSON.parse('{"b":[1000],"a":1}')),
    );
  });

  it('differ when the value does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = JSON.stringify(shuffled(shuffled(a))) === JSON.stringify(shuffled(shuffled(b)));
        if (fingerprint(a) === fingerprint(b)) expect(JSON.parse(JSON.stringify(a))).toEqual(b);
        if (same) expect(fingerprint(a)).toBe(fingerprint(b));
      }),
    );
    expect(fingerprint({ a: '1' })).not.toBe(fingerprint({ a: 1 }));
    expect(fingerprint({ a: null })).not.toBe(fingerprint({}));
    expect(fingerprint([1, 23])).not.toBe(fingerprint([12, 3]));
  });
});
