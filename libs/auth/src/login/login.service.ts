import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '@financeops/core/errors';
import { FailureLimiter } from '@financeops/rate-limiting';
import { TenantContextService } from '@financeops/tenancy/context';
import { UserRecordStore } from '../accounts/user-record.store';
import { PasswordHasher } from '../passwords/password-hasher';
import { SessionService } from '../sessions/session.service';
import type { TokenPair } from '../sessions/token-pair';
import { canonicalEmail } from '../users/email.rules';
import { LoginAudit } from './login-audit';

export interface Credentials {
  email: string;
  password: string;
}

/** Where failed logins of super-admins are counted, who have no tenant. */
const OPERATOR = 'operator';

/** Logs in a user of the tenant in context; without one, a super-admin. */
@Injectable()
export class LoginService {
  constructor(
    private readonly accounts: UserRecordStore,
    private readonly passwords: PasswordHasher,
    private readonly failures: FailureLimiter,
    private readonly sessions: SessionService,
    private readonly contexts: TenantContextService,
    private readonly audit: LoginAudit,
  ) {}

  /**
   * An unknown e-mail and a wrong password get the same answer after the same work.
   * @throws UnauthenticatedError, or RateLimitedError when the account has had its failures of the minute.
   */
  async login({ email, password }: Credentials, requestId: string): Promise<TokenPair> {
    // The tokens are dated from before the account is read: a password changed meanwhile ends them.
    const begun = Date.now();
    const address = canonicalEmail(email);
    const tenantId = this.contexts.hasTenantContext() ? this.contexts.getTenantId() : null;
    const scope = tenantId ?? OPERATOR;
    await this.failures.assertOpen(scope, address);
    const account = await this.accounts.findByEmail(address);
    const right = await this.passwords.verify(account?.passwordHash ?? null, password);
    if (account === null || !right) {
      await this.audit.failed({ tenantId, requestId }, account?.person ?? null);
      await this.failures.recordFailure(scope, address);
      throw new UnauthenticatedError('The e-mail or the password is wrong.');
    }
    // Of guesses sent all at once, one that is right after ten that weren't must not be told so.
    await this.failures.assertOpen(scope, address);
    const tokens = await this.sessions.start(account, begun);
    await this.audit.succeeded({ tenantId, requestId }, account.person);
    return tokens;
  }
}
