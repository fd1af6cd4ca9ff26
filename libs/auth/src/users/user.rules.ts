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
