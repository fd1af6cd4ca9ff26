import type { AccessToken } from '../tokens/access-token.claims';
import type { Account } from './account';

/** Whether a token was issued after what is known of its person, which is then out of date. */
export const isNewerThanKnown = ({ version }: Pick<AccessToken, 'version'>, known: Account | null): boolean =>
  known !== null && version > known.tokenVersion;

/**
 * Whether an access token still speaks for its person. The role that counts is the token's, but never a higher one than
 * the person has now.
 */
export const isStillValid = (
  { person, version }: Pick<AccessToken, 'person' | 'version'>,
  account: Account | null,
): boolean =>
  account !== null &&
  version === account.tokenVersion &&
  (person.role !== 'ADMIN' || account.person.role === 'ADMIN');
