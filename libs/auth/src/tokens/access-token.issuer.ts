import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { UserRecord } from '../accounts/user-record';
import { claimsOf } from './access-token.claims';

/** Signs access tokens, in the way that access-token.options.ts sets up. */
@Injectable()
export class AccessTokenIssuer {
  constructor(private readonly jwt: JwtService) {}

  /** `issuedAt`: seconds since the epoch. */
  issue(account: Pick<UserRecord, 'person' | 'tokenVersion'>, issuedAt: number): Promise<string> {
    const claims = { ...claimsOf(account.person), ver: account.tokenVersion, iat: issuedAt };
    return this.jwt.signAsync(claims, { jwtid: randomUUID() });
  }
}
