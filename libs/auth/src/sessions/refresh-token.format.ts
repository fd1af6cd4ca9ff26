import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * `rt_<family>_<secret>`: the secret is 16 random bytes and 16 of their HMAC-SHA256 under the family's own key. So every
 * token that a family ever issued can be told from one that somebody made up, without keeping any but the current
 * one's hash: the first, used again, was stolen and ends the family; the second changes nothing.
 */
const FORMAT = /^rt_([0-9a-f]{24})_([A-Za-z0-9_-]{43})$/;
const NONCE_BYTES = 16;
const MAC_BYTES = 16;

export interface RefreshTokenParts {
  familyId: string;
  secret: string;
}

const mac = (familyKey: string, nonce: Buffer): Buffer =>
  createHmac('sha256', Buffer.from(familyKey, 'hex')).update(nonce).digest().subarray(0, MAC_BYTES);

/** Hex, 256 bits. */
export const newFamilyKey = (): string => randomBytes(32).toString('hex');

export const newRefreshSecret = (familyKey: string): string => {
  const nonce = randomBytes(NONCE_BYTES);
  return Buffer.concat([nonce, mac(familyKey, nonce)]).toString('base64url');
};

/** Whether a family with that key issued the secret, now or once. */
export const wasIssued = (familyKey: string, secret: string): boolean => {
  const bytes = Buffer.from(secret, 'base64url');
  // 43 characters hold two bits more than 32 bytes: only the canonical spelling is the token.
  if (bytes.length !== NONCE_BYTES + MAC_BYTES || bytes.toString('base64url') !== secret) return false;
  return timingSafeEqual(mac(familyKey, bytes.subarray(0, NONCE_BYTES)), bytes.subarray(NONCE_BYTES));
};

export const formatRefreshToken = ({ familyId, secret }: RefreshTokenParts): string =>
  `rt_${familyId}_${secret}`;

/** `null` when the text can't be a refresh token of ours. */
export const parseRefreshToken = (text: string): RefreshTokenParts | null => {
  const [, familyId, secret] = FORMAT.exec(text) ?? [];
  return familyId === undefined || secret === undefined ? null : { familyId, secret };
};

/** Hex. Only hashes are kept: a reader of the database can't use them. */
export const hashRefreshSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex');
