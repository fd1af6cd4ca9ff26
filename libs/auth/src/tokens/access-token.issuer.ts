import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { claimsOf, type Person } from './access-token.claims';

/** Signs access tokens, in the way that access-token.options.ts sets up. */
@Injectable()
export class AccessTokenIssuer {
  constructor(private readonly jwt: JwtService) {}

  /** `issuedAt`: seconds since the epoch. */
  issue(person: Person, issuedAt: number): Promise<string> {
    return this.jwt.signAsync({ ...claimsOf(person), iat: issuedAt }, { jwtid: randomUUID() });
  }
}
