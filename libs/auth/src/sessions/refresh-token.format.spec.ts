import fc from 'fast-check';
import {
  formatRefreshToken,
  newFamilyKey,
  newRefreshSecret,
  parseRefreshToken,
  wasIssued,
} from './refresh-token.format';

const FAMILY = 'f'.repeat(24);

describe('A refresh token', () => {
  it('is rt_, its family and its secret, and reads back as these', () => {
    const token = { familyId: FAMILY, secret: newRefreshSecret(newFamilyKey()) };
    expect(formatRefreshToken(token)).toMatch(/^rt_[0-9a-f]{24}_[A-Za-z0-9_-]{43}$/);
    expect(parseRefreshToken(formatRefreshToken(token))).toEqual(token);
  });

  it('is known again by its family, and by no other', () => {
    const [key, other] = [newFamilyKey(), newFamilyKey()];
    const secret = newRefreshSecret(key);
    expect(wasIssued(key, secret)).toBe(true);
    expect(wasIssued(other, secret)).toBe(false);
  });

  it('is never the same twice', () => {
    const key = newFamilyKey();
    expect(new Set(Array.from({ length: 100 }, () => newRefreshSecret(key))).size).toBe(100);
  });

  it('that somebody made up was never issued', () => {
    const key = newFamilyKey();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(wasIssued(key, Buffer.from(bytes).toString('base64url'))).toBe(false);
      }),
    );
  });

  it('has one spelling: changing any character makes it another, never issued', () => {
    const key = newFamilyKey();
    const secret = newRefreshSecret(key);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const character of alphabet) {
      if (secret.endsWith(character)) continue;
      expect(wasIssued(key, secret.slice(0, -1) + character)).toBe(false);
    }
  });

  it('is not made of any other text', () => {
    const text = formatRefreshToken({ familyId: FAMILY, secret: newRefreshSecret(newFamilyKey()) });
    for (const odd of [
      '',
      `${text}\n`,
      ` ${text}`,
      text.slice(0, -1),
      `${text}A`,
      text.replace('rt_', 'sk_'),
    ]) {
      expect(parseRefreshToken(odd)).toBeNull();
    }
  });
});
