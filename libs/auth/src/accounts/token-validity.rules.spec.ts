import fc from 'fast-check';
import type { UserPrincipal } from '../tokens/access-token.claims';
import type { UserRecord } from './user-record';
import { isNewerThanKnown, isStillValid } from './token-validity.rules';

const user = (role: 'ADMIN' | 'VIEWER'): UserPrincipal => ({
  type: 'user',
  id: 'a'.repeat(24),
  tenantId: 'b'.repeat(24),
  role,
});
const account = (person: UserPrincipal, tokenVersion = 0): UserRecord => ({
  person,
  email: 'ada@bank.example',
  passwordHash: '',
  tokenVersion,
});

describe('A token', () => {
  it('has ended when its person is gone', () => {
    expect(isStillValid({ person: user('VIEWER'), version: 0 }, null)).toBe(false);
  });

  it.each([
    ['ADMIN', 'ADMIN', true],
    ['ADMIN', 'VIEWER', false],
    ['VIEWER', 'VIEWER', true],
    ['VIEWER', 'ADMIN', true],
  ] as const)('of a %s is, for a person who is now %s: valid %s', (then, now, valid) => {
    expect(isStillValid({ person: user(then), version: 0 }, account(user(now)))).toBe(valid);
  });

  it('is valid with the version of its person, and with no other', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (version, tokenVersion) => {
        const known = account(user('ADMIN'), tokenVersion);
        expect(isStillValid({ person: user('ADMIN'), version }, known)).toBe(version === tokenVersion);
        expect(isNewerThanKnown({ version }, known)).toBe(version > tokenVersion);
      }),
    );
  });

  it('is newer than nothing known of somebody who is gone', () => {
    expect(isNewerThanKnown({ version: 7 }, null)).toBe(false);
  });
});
