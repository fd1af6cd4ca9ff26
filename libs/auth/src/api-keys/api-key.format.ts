import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Hexadecimal, so that a double click selects the whole key and `_` stands between its parts alone. */
const FORMAT = /^sk_([0-9a-f]{16})_([0-9a-f]{64})$/;

export interface ApiKeyParts {
  /** 64 random bits: finds the key, is shown and logged. */
  prefix: string;
  /** 256 random bits: so many that SHA-256, unsalted and fast, is enough to keep it by. */
  secret: string;
}

export const newApiKey = (): ApiKeyParts => ({
  prefix: randomBytes(8).toString('hex'),
  secret: randomBytes(32).toString('hex'),
});

export const formatApiKey = ({ prefix, secret }: ApiKeyParts): string => `sk_${prefix}_${secret}`;

/** `null` when the text can't be a key of ours. */
export const parseApiKey = (text: string): ApiKeyParts | null => {
  const [, prefix, secret] = FORMAT.exec(text) ?? [];
  return prefix === undefined || secret === undefined ? null : { prefix, secret };
};

/** Hex. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** In the same time, wherever the first difference is. */
export const secretMatches = (secret: string, secretHash: string): boolean => {
  const given = Buffer.from(hashSecret(secret), 'hex');
  const kept = Buffer.from(secretHash, 'hex');
  return given.length === kept.length && timingSafeEqual(given, kept);
};
