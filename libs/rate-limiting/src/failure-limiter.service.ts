import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RateLimitedError } from './rate-limited.error';
import { RateLimiterService } from './rate-limiter.service';
import { MINUTE_MS, retryAfterSeconds, type RateLimitRequest } from './windows/window';

/** Failed logins that an account may have in any minute. */
const FAILED_LOGINS = 10;

/**
 * Limits failed logins by account, known or not. `scope` is the tenant's id, or any constant for super-admins, who have
 * none; `account` is what was tried, in the form in which accounts are compared (lower case). It is hashed here, so
 * that no address lies in Redis.
 */
@Injectable()
export class FailureLimiter {
  constructor(private readonly limiter: RateLimiterService) {}

  /**
   * To be asked before a password is checked; takes nothing.
   * @throws RateLimitedError while the account has had its failures.
   */
  async assertOpen(scope: string, account: string): Promise<void> {
    await this.refuseIfFull({ ...question(scope, account), peek: true });
  }

  /**
   * To be called for every failure, before it is answered: of attempts that run at once and all passed `assertOpen`,
   * those beyond the limit are told so instead of whether the password was right.
   * @throws RateLimitedError
   */
  async recordFailure(scope: string, account: string): Promise<void> {
    await this.refuseIfFull(question(scope, account));
  }

  private async refuseIfFull(asked: RateLimitRequest): Promise<void> {
    const verdict = await this.limiter.decide(asked);
    if (verdict.allowed) return;
    const retryAfter = retryAfterSeconds(verdict);
    throw new RateLimitedError(retryAfter, `Too many failed logins. Try again in ${retryAfter} s.`);
  }
}

const question = (scope: string, account: string): RateLimitRequest => ({
  owner: scope,
  windows: [
    {
      name: `login:${createHash('sha256').update(account).digest('hex')}`,
      limit: FAILED_LOGINS,
      windowMs: MINUTE_MS,
    },
  ],
  countsCall: false,
});
