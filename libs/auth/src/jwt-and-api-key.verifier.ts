import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '@financeops/core/errors';
import type { Principal } from '@financeops/tenancy/context';
import { CredentialVerifier } from '@financeops/tenancy/resolution';
import { userKeyOf } from './accounts/user-record.store';
import { UserCache } from './accounts/user-cache';
import { isNewerThanKnown, isStillValid } from './accounts/token-validity.rules';
import { ApiKeyVerifier } from './api-keys/api-key.verifier';
import type { UserPrincipal } from './tokens/access-token.claims';
import { JwtStrategy } from './tokens/jwt.strategy';

/** Tenancy's question "who is calling?", answered by access token and API key. */
@Injectable()
export class JwtAndApiKeyVerifier extends CredentialVerifier {
  constructor(
    private readonly strategy: JwtStrategy,
    private readonly accounts: UserCache,
    private readonly keys: ApiKeyVerifier,
  ) {
    super();
  }

  async verify(request: { headers: IncomingHttpHeaders }): Promise<Principal | null> {
    const { authorization, 'x-api-key': apiKey } = request.headers;
    // Present and empty is present: only what wasn't sent is absent.
    const person = authorization === undefined ? null : await this.verifyToken(request);
    const key = apiKey === undefined ? null : await this.keys.verify(String(apiKey));
    if (person === null || key === null) return person ?? key;
    if (person.type !== 'user' || person.tenantId !== key.tenantId) {
      throw new UnauthenticatedError('The access token and the API key are not of one tenant.');
    }
    return person;
  }

  getCached(request: { headers: IncomingHttpHeaders }): UserPrincipal | undefined {
    // A key is read each time.
    if (request.headers['x-api-key'] !== undefined) return undefined;
    const token = this.strategy.getCached(request);
    if (token === undefined) return undefined;
    const account = this.accounts.peek(userKeyOf(token.person));
    return account !== undefined && isStillValid(token, account) ? token.person : undefined;
  }

  private async verifyToken(request: { headers: IncomingHttpHeaders }): Promise<UserPrincipal> {
    const token = await this.strategy.verifyRequest(request);
    const account = await this.accounts.find(userKeyOf(token.person), (known) =>
      isNewerThanKnown(token, known),
    );
    if (!isStillValid(token, account)) throw new UnauthenticatedError('The access token has been revoked.');
    return token.person;
  }
}
