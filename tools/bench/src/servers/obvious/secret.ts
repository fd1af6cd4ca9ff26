import { createSecretKey, type KeyObject } from 'node:crypto';
import { setting } from '../environment';

/** A string, as everybody writes it; or a KeyObject, which jsonwebtoken verifies with 40 times faster. */
export const secret = (): string | KeyObject =>
  process.env['SECRET_AS'] === 'key'
    ? createSecretKey(Buffer.from(setting('JWT_SECRET')))
    : setting('JWT_SECRET');
