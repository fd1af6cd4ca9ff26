import type { AccessToken } from '../tokens/access-token.claims';
import type { Account } from './account';

/**
 * Whether an access token still speaks for its person. The role that counts is the token's, but never a higher one than
 * the person has now.
 */
export const isStillValid = (
  { person, issuedAt }: Pick<AccessToken, 'person' | 'issuedAt'>,
  account: Account | null,
): boolean =>
  account !== null &&
  issuedAt >= account.tokensValidFrom &&
  (person.role !== 'ADMIN' || account.person.role === 'ADMIN');

/**
 * When a token issued now counts as issued, in seconds: an end put to older tokens within the same second (it is
 * written as the next whole one) doesn't end the new one.
 */
export const issueTime = (account: Account, now: number): number =>
  Math.max(Math.floor(now / 1000), account.tokensValidFrom);
