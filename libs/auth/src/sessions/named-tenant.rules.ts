import type { Resolution } from '@financeops/tenancy/resolution';

/** The ids and names that a request's header and host came to. */
const namedBy = ({ context, error, claims }: Resolution): readonly string[] => {
  if (error !== null) return Object.values(claims);
  return context === null ? [] : [context.tenant.id];
};

/** Whether all that header and host name is the tenant of the token; a super-admin's (`null`) goes with no name. */
export const agreesWithNames = (names: Resolution, tenantId: string | null): boolean =>
  namedBy(names).every((name) => name === tenantId);
