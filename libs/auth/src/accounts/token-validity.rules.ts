import type { AccessToken } from '../tokens/access-token.claims';
import type { UserRecord } from './user-record';

/** Whether a token was issued after what is known of its person, which is then out of date. */
export const isNewerThanKnown = (
  { version }: Pick<AccessToken, 'version'>,
  known: UserRecord | null,
): boolean => known !== null && version > known.tokenVersion;

/**
 * Whether an access token still speaks for its person. The role that counts is the token's, but never a higher one than
 * the person has now.
 */
export const isStillValid = (
  { person, version }: Pick<AccessToken, 'person' | 'version'>,
  account: UserRecord | null,
): boolean =>
  account !== null &&
  version === account.tokenVersion &&
  (person.role !== 'ADMIN' || account.person.role === 'ADMIN');
