import fc from 'fast-check';
import { formatApiKey, hashSecret, newApiKey, parseApiKey, secretMatches } from './api-key.format';
import { endOf, isUsable, type ApiKeyDates } from './api-key.rules';

describe('An API key', () => {
  it('is sk_, its prefix and its secret, and reads back as these', () => {
    const key = newApiKey();
    expect(formatApiKey(key)).toMatch(/^sk_[0-9a-f]{16}_[0-9a-f]{64}$/);
    expect(parseApiKey(formatApiKey(key))).toEqual(key);
  });

  it('matches the hash of its own secret alone', () => {
    const { secret } = newApiKey();
    expect(secretMatches(secret, hashSecret(secret))).toBe(true);
    expect(secretMatches(newApiKey().secret, hashSecret(secret))).toBe(false);
    expect(secretMatches(secret, 'not a hash')).toBe(false);
  });

  it('is not made of any other text', () => {
    const text = formatApiKey(newApiKey());
    fc.assert(
      fc.property(fc.string({ maxLength: 90 }), (other) => {
        expect(parseApiKey(other)).toBeNull();
      }),
    );
    for (const odd of [
      '',
      ` ${text}`,
      `${text}\n`,
      `${text}, ${text}`,
      text.toUpperCase(),
      text.slice(0, -1),
    ]) {
      expect(parseApiKey(odd)).toBeNull();
    }
  });
});

describe('An API key counts', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  const dates = (more: Partial<ApiKeyDates>): ApiKeyDates => ({
    expiresAt: null,
    revokedAt: null,
    overlapUntil: null,
    ...more,
  });

  it('for good when nothing ends it', () => {
    expect(isUsable(dates({}), now)).toBe(true);
  });

  it.each(['expiresAt', 'overlapUntil'] as const)('until %s, to the millisecond', (date) => {
    expect(isUsable(dates({ [date]: new Date(now + 1) }), now)).toBe(true);
    expect(isUsable(dates({ [date]: new Date(now) }), now)).toBe(false);
  });

  it('no more once revoked, whatever clock wrote the time', () => {
    expect(isUsable(dates({ revokedAt: new Date(now + 60_000) }), now)).toBe(false);
  });
});

describe('A key with an expiry and an overlap', () => {
  const [early, late] = [new Date(1_000), new Date(2_000)];
  it.each([
    [null, null, null],
    [early, null, early],
    [null, early, early],
    [early, late, early],
    [late, early, early],
  ])('%s and %s ends %s', (expiresAt, overlapUntil, end) => {
    expect(endOf({ expiresAt, overlapUntil, revokedAt: null })).toEqual(end);
  });
});
