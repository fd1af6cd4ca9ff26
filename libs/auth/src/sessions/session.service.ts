import { Injectable, Logger } from '@nestjs/common';
import { Types } from 'mongoose';
import { DomainError, UnauthenticatedError } from '@financeops/core/errors';
import { TenantDirectory } from '@financeops/tenancy/directory';
import type { UserRecord } from '../accounts/user-record';
import { UserRecordStore, userKeyOf } from '../accounts/user-record.store';
import { AccessTokenIssuer } from '../tokens/access-token.issuer';
import { ACCESS_TOKEN_LIFETIME } from '../tokens/access-token.options';
import { RefreshFamilyRepository } from './refresh-family.repository';
import type { RefreshFamily } from './refresh-family.schema';
import {
  formatRefreshToken,
  hashRefreshSecret,
  newFamilyKey,
  newRefreshSecret,
  parseRefreshToken,
  wasIssued,
} from './refresh-token.format';
import type { TokenPair } from './token-pair';

/** 30 days from the login, however often it was refreshed. */
const SESSION_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

const invalid = () => new UnauthenticatedError('The refresh token is not valid. Log in again.');

/** Logins: begun with a password, kept up by refresh tokens that work once each. */
@Injectable()
export class SessionService {
  private readonly logger = new Logger(SessionService.name);

  constructor(
    private readonly families: RefreshFamilyRepository,
    private readonly accounts: UserRecordStore,
    private readonly tenants: TenantDirectory,
    private readonly issuer: AccessTokenIssuer,
  ) {}

  /** For someone whose password has just been checked. */
  async start(account: UserRecord, now: number = Date.now()): Promise<TokenPair> {
    const { id, tenantId } = userKeyOf(account.person);
    const familyKey = newFamilyKey();
    const secret = newRefreshSecret(familyKey);
    const family: RefreshFamily = {
      _id: new Types.ObjectId(),
      tenantId: tenantId === null ? null : new Types.ObjectId(tenantId),
      userId: new Types.ObjectId(id),
      familyKey,
      currentHash: hashRefreshSecret(secret),
      tokenVersion: account.tokenVersion,
      expiresAt: new Date(now + SESSION_LIFETIME_MS),
    };
    await this.families.insert(family);
    return this.pair(account, family, secret, now);
  }

  /**
   * The next pair for a refresh token. One that has been used before was stolen from somebody: it ends the session.
   * `check` sees the session's tenant before anything changes, and may refuse it.
   * @throws UnauthenticatedError, DomainError `tenant-inactive`, or what `check` throws.
   */
  async refresh(
    token: string,
    check: (account: UserRecord) => Promise<void>,
    now: number = Date.now(),
  ): Promise<TokenPair> {
    const { family, secret } = await this.familyOf(token, now);
    const hash = hashRefreshSecret(secret);
    if (family.currentHash !== hash) return this.endStolen(family);
    const account = await this.accountOf(family);
    await check(account);
    await this.requireActiveTenant(family);
    const next = newRefreshSecret(family.familyKey);
    const rotated = await this.families.replaceHash(family._id.toString(), hash, hashRefreshSecret(next));
    // Another use of the same token was faster.
    return rotated ? this.pair(account, family, next, now) : this.endStolen(family);
  }

  /**
   * Ends the session of a refresh token, current or past. One of no session is fine too: it is over already.
   * @throws UnauthenticatedError for what isn't a refresh token at all.
   */
  async end(token: string, now: number = Date.now()): Promise<void> {
    const parts = parseRefreshToken(token);
    if (parts === null) throw invalid();
    const family = await this.families.findLive(parts.familyId, now);
    if (family === null || !wasIssued(family.familyKey, parts.secret)) return;
    await this.families.delete(parts.familyId);
  }

  /** A made-up secret is refused here, and changes nothing for the family it names. */
  private async familyOf(token: string, now: number): Promise<{ family: RefreshFamily; secret: string }> {
    const parts = parseRefreshToken(token);
    if (parts === null) throw invalid();
    const family = await this.families.findLive(parts.familyId, now);
    if (family === null || !wasIssued(family.familyKey, parts.secret)) throw invalid();
    return { family, secret: parts.secret };
  }

  private async endStolen(family: RefreshFamily): Promise<never> {
    await this.families.delete(family._id.toString());
    this.logger.warn(
      { userId: family.userId.toString(), tenantId: family.tenantId?.toString() ?? null },
      'a refresh token was used twice: its session has been ended',
    );
    throw invalid();
  }

  /** The person as they are now: gone, or ended all sessions since, and this one is over. */
  private async accountOf(family: RefreshFamily): Promise<UserRecord> {
    const account = await this.accounts.findById({
      id: family.userId.toString(),
      tenantId: family.tenantId?.toString() ?? null,
    });
    if (account !== null && (family.tokenVersion ?? 0) === account.tokenVersion) return account;
    await this.families.delete(family._id.toString());
    throw invalid();
  }

  private async requireActiveTenant({ tenantId }: RefreshFamily): Promise<void> {
    if (tenantId === null) return;
    const tenant = await this.tenants.findById(tenantId.toString());
    if (tenant?.isActive !== true) {
      throw new DomainError(
        'tenant-inactive',
        'This tenant has been deactivated. Ask the operator of the platform.',
      );
    }
  }

  private async pair(
    account: UserRecord,
    family: RefreshFamily,
    secret: string,
    now: number,
  ): Promise<TokenPair> {
    return {
      accessToken: await this.issuer.issue(account, Math.floor(now / 1_000)),
      refreshToken: formatRefreshToken({ familyId: family._id.toString(), secret }),
      expiresIn: ACCESS_TOKEN_LIFETIME,
      tokenType: 'Bearer',
    };
  }
}
