import { DomainError } from '@financeops/core/errors';
import type { Limit, TenantRole } from '@financeops/tenancy/context';

/** Why one user more can't be added to `taken`; `null` when one can. `maxUsers` `null`: unlimited. */
export const seatRefusal = (taken: number, maxUsers: Limit): DomainError | null =>
  maxUsers === null || taken < maxUsers
    ? null
    : new DomainError(
        'user-limit-reached',
        `The tenant may have ${maxUsers} users and has ${taken}. Remove one, or ask for a higher tier.`,
      );

/**
 * Why a user of role `from` can't become `to` (`null`: be removed), with so many other ADMINs; `null` when it can. A
 * tenant without an ADMIN could never get one again by itself.
 */
export const lastAdminRefusal = (
  { from, to }: { from: TenantRole; to: TenantRole | null },
  otherAdmins: number,
): DomainError | null =>
  from !== 'ADMIN' || to === 'ADMIN' || otherAdmins > 0
    ? null
    : new DomainError(
        'invalid-state',
        'This is the last ADMIN of the tenant. Make another user ADMIN first.',
      );

/**
 * Milliseconds that the commit of an end put to tokens may take, and that the clocks of processes may differ: a login
 * that still saw the old password must not get a token from after the end.
 */
const MARGIN_MS = 2_000;

/**
 * From when on tokens count, in seconds since the epoch, once all issued until `now` (milliseconds) are to end. It lies
 * ahead, and new ones are dated so that they count (issueTime); so it is later than the end put before, whose tokens
 * may bear that very date.
 */
export const endOfTokens = (tokensValidFrom: number, now: number): number =>
  Math.max(tokensValidFrom, Math.floor((now + MARGIN_MS) / 1000)) + 1;
