import fc from 'fast-check';
import type { Person } from '../tokens/access-token.claims';
import type { Account } from './account';
import { isStillValid, issueTime } from './token-validity.rules';

const user = (role: 'ADMIN' | 'VIEWER'): Person => ({
  type: 'user',
  id: 'a'.repeat(24),
  tenantId: 'b'.repeat(24),
  role,
});
const account = (person: Person, tokensValidFrom = 0): Account => ({
  person,
  email: 'ada@bank.example',
  passwordHash: '',
  tokensValidFrom,
});

describe('A token', () => {
  it('is over when there is nobody behind it', () => {
    expect(isStillValid({ person: user('VIEWER'), issuedAt: 0 }, null)).toBe(false);
  });

  it.each([
    ['ADMIN', 'ADMIN', true],
    ['ADMIN', 'VIEWER', false],
    ['VIEWER', 'VIEWER', true],
    ['VIEWER', 'ADMIN', true],
  ] as const)('of a %s is, for somebody who is now %s: valid %s', (then, now, valid) => {
    expect(isStillValid({ person: user(then), issuedAt: 0 }, account(user(now)))).toBe(valid);
  });

  it('issued before an end was put to all is over, issued after is valid, in the same second too', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000_000), fc.nat(2_000), fc.nat(2_000), (at, before, after) => {
        const older = issueTime(account(user('ADMIN')), Math.max(0, at - before));
        const ended = account(user('ADMIN'), Math.floor(at / 1000) + 1);
        const newer = issueTime(ended, at + after);
        expect(isStillValid({ person: user('ADMIN'), issuedAt: older }, ended)).toBe(false);
        expect(isStillValid({ person: user('ADMIN'), issuedAt: newer }, ended)).toBe(true);
      }),
    );
  });
});
