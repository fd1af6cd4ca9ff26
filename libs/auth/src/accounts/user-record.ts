import type { UserPrincipal } from '../tokens/access-token.claims';
import type { SuperAdmin } from '../super-admins/super-admin.schema';
import type { User } from '../users/user.schema';

/** What logins and tokens need to know of a person, a tenant's or the operator's. */
export interface UserRecord {
  person: UserPrincipal;
  email: string;
  /** PHC string. */
  passwordHash: string;
  /** Of the tokens that are valid: older ones have ended. */
  tokenVersion: number;
}

export const recordOfUser = (user: User): UserRecord => ({
  person: {
    type: 'user',
    id: user._id.toString(),
    tenantId: user.tenantId.toString(),
    role: user.role,
  },
  email: user.email,
  passwordHash: user.passwordHash,
  tokenVersion: user.tokenVersion ?? 0,
});

export const recordOfSuperAdmin = (admin: SuperAdmin): UserRecord => ({
  person: { type: 'super-admin', id: admin._id.toString(), role: 'SUPER_ADMIN' },
  email: admin.email,
  passwordHash: admin.passwordHash,
  tokenVersion: admin.tokenVersion ?? 0,
});
