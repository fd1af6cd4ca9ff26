import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { LRUCache } from 'lru-cache';
import { Strategy } from 'passport-jwt';
import { UnauthenticatedError } from '@financeops/core/errors';
import { parseClaims, type AccessToken } from './access-token.claims';
import { SigningKeys } from './signing-keys';

/** About 400 bytes each. */
const MAX_VERIFIED = 50_000;

export interface CarriesHeaders {
  headers: IncomingHttpHeaders;
}

/** RFC 6750, 2.1, with the three non-empty parts of a signed JWT (RFC 7515, 7.1). Nothing may stand before or after. */
const BEARER = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

const bearerToken = ({ headers }: CarriesHeaders): string | null =>
  BEARER.exec(headers.authorization ?? '')?.[1] ?? null;

const headerOf = (token: string): Record<string, unknown> | null => {
  try {
    const header: unknown = JSON.parse(
      Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString(),
    );
    return typeof header === 'object' && header !== null ? { ...header } : null;
  } catch {
    return null;
  }
};

/** The same words for every fault: which check failed is no business of who forged it. */
const invalid = () => new UnauthenticatedError('The access token is not valid or has expired.');

/** passport-jwt's strategy, run by the credential verifier instead of passport's middleware, once per request. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  /**
   * Tokens whose signature was right, by the header that carried them: it stays right until they expire. Whether their
   * person still may is another question, asked each time.
   */
  private readonly verified = new LRUCache<string, AccessToken>({ max: MAX_VERIFIED });

  constructor(keys: SigningKeys) {
    super({
      jwtFromRequest: bearerToken,
      // Pinned: whatever the header says, HS512 and `none` are refused.
      algorithms: ['HS256'],
      secretOrKeyProvider: (
        _request: unknown,
        token: string,
        done: (error: Error | null, key?: Buffer) => void,
      ) => {
        const header = headerOf(token);
        // RFC 7515, 4.1.11: who doesn't understand a critical header must refuse the token.
        const key = header === null || 'crit' in header ? null : keys.forKid(header['kid']);
        if (key === null) done(invalid());
        // jsonwebtoken takes a KeyObject; passport-jwt's types don't say so.
        else done(null, key as unknown as Buffer);
      },
    });
  }

  /** Called by passport-jwt with the payload of a token whose signature and expiry are right. */
  validate(payload: unknown): AccessToken {
    const token = parseClaims(payload);
    if (token === null) throw invalid();
    return token;
  }

  /** The request's token if it has been verified before and hasn't expired since; else it has to be verified. */
  getCached({ headers: { authorization } }: CarriesHeaders): AccessToken | undefined {
    const token = authorization === undefined ? undefined : this.verified.get(authorization);
    // As jsonwebtoken compares it.
    return token !== undefined && Math.floor(Date.now() / 1_000) < token.expiresAt ? token : undefined;
  }

  /** @throws UnauthenticatedError for anything but one valid bearer token. */
  async verifyRequest(request: CarriesHeaders): Promise<AccessToken> {
    const known = this.getCached(request);
    if (known !== undefined) return known;
    const token = await this.examine(request);
    this.verified.set(request.headers.authorization!, token);
    return token;
  }

  private examine(request: CarriesHeaders): Promise<AccessToken> {
    return new Promise((resolve, reject) => {
      // passport gives each request an object of its own to report to; so does this.
      const attempt = Object.create(this) as JwtStrategy;
      attempt.success = (token: AccessToken) => resolve(token);
      attempt.fail = () => reject(invalid());
      attempt.error = reject;
      attempt.authenticate(request as Parameters<Strategy['authenticate']>[0]);
    });
  }
}
