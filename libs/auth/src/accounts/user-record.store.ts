import { Injectable } from '@nestjs/common';
import { TenantContextService } from '@financeops/tenancy/context';
import { SuperAdminRepository } from '../super-admins/super-admin.repository';
import { TenantScope } from '../tenant-scope';
import type { UserPrincipal } from '../tokens/access-token.claims';
import { UserRepository } from '../users/user.repository';
import { recordOfSuperAdmin, recordOfUser, type UserRecord } from './user-record';

/** A person's address in the store; `tenantId` `null`: a super-admin's. */
export interface UserKey {
  id: string;
  tenantId: string | null;
}

export const userKeyOf = (person: UserPrincipal): UserKey => ({
  id: person.id,
  tenantId: person.type === 'user' ? person.tenantId : null,
});

/** Finds people, wherever they are kept. */
@Injectable()
export class UserRecordStore {
  constructor(
    private readonly users: UserRepository,
    private readonly superAdmins: SuperAdminRepository,
    private readonly contexts: TenantContextService,
    private readonly scope: TenantScope,
  ) {}

  /** In the tenant in context; without one, among the super-admins alone. `email` in lower case. */
  async findByEmail(email: string): Promise<UserRecord | null> {
    if (this.contexts.hasTenantContext()) {
      const user = await this.users.findByEmail(email);
      return user && recordOfUser(user);
    }
    const admin = await this.superAdmins.findByEmail(email);
    return admin && recordOfSuperAdmin(admin);
  }

  /** In any context. `null` also where the tenant is gone. */
  async findById({ id, tenantId }: UserKey): Promise<UserRecord | null> {
    if (tenantId === null) {
      const admin = await this.superAdmins.findById(id);
      return admin && recordOfSuperAdmin(admin);
    }
    const user = await this.scope.within(tenantId, 'jwt', () => this.users.findById(id));
    return user && recordOfUser(user);
  }
}
