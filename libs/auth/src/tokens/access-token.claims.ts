import { z } from 'zod';
import type { Principal } from '@financeops/tenancy/context';

/** A principal that logs in with a password, as against an API key. */
export type UserPrincipal = Exclude<Principal, { type: 'api-key' }>;

const id = z.string().regex(/^[0-9a-f]{24}$/);
/** `exp` has been checked against the clock by then; it is asked for here because jsonwebtoken takes a token without. */
const common = {
  sub: id,
  ver: z.number().int().nonnegative(),
  iat: z.number().int().nonnegative(),
  exp: z.number().int(),
};

/** Whatever a signature covers is checked by shape too: a role that fits no tenant, or a tenant that fits no role, is no token. */
const claims = z.discriminatedUnion('role', [
  z.object({ ...common, role: z.enum(['ADMIN', 'VIEWER']), tenantId: id }),
  z.object({ ...common, role: z.literal('SUPER_ADMIN'), tenantId: z.undefined().optional() }),
]);

/** A verified access token. */
export interface AccessToken {
  person: UserPrincipal;
  /** The person's token version when it was issued. */
  version: number;
  /** Seconds since the epoch. */
  expiresAt: number;
}

/** `null` when the claims aren't those of a token of ours. */
export const parseClaims = (payload: unknown): AccessToken | null => {
  const result = claims.safeParse(payload);
  if (!result.success) return null;
  const { sub, ver, exp, ...rest } = result.data;
  const person: UserPrincipal =
    rest.role === 'SUPER_ADMIN'
      ? { type: 'super-admin', id: sub, role: rest.role }
      : { type: 'user', id: sub, tenantId: rest.tenantId, role: rest.role };
  return { person, version: ver, expiresAt: exp };
};

/** The claims that name a person; `ver`, `jti`, `iat` and `exp` are the issuer's to add. */
export const claimsOf = (person: UserPrincipal): { sub: string; role: string; tenantId?: string } => ({
  sub: person.id,
  role: person.role,
  ...(person.type === 'user' ? { tenantId: person.tenantId } : {}),
});
