import { Injectable } from '@nestjs/common';
import { NotFoundError } from '@financeops/core/errors';
import type { PagePosition } from '@financeops/core/http';
import { KeyedQueue, TransactionRunner } from '@financeops/core/mongo';
import type { TenantPage } from '@financeops/data-access/isolation';
import { TenantContextService, type ResolvedTenant, type TenantRole } from '@financeops/tenancy/context';
import { TenantRegistry } from '@financeops/tenancy/directory';
import { PasswordHasher } from '../passwords/password-hasher';
import { RefreshFamilyRepository } from '../sessions/refresh-family.repository';
import { canonicalEmail, emailTaken } from './email.rules';
import { UserRepository, type UserFields } from './user.repository';
import { lastAdminRefusal, seatRefusal } from './user.rules';
import type { User } from './user.schema';

export interface NewUser {
  email: string;
  password: string;
  role: TenantRole;
  name?: string | null;
}

/** What isn't named stays. */
export interface UserChange {
  name?: string | null;
  role?: TenantRole;
  password?: string;
}

/**
 * The people of the tenant in context. Whatever decides by how many there are (the user limit, the last ADMIN) runs
 * in a transaction that waits for the tenant's others of its kind, on whichever process.
 */
@Injectable()
export class UserService {
  /** In this process they wait before they begin, instead of aborting each other over the tenant's document. */
  private readonly line = new KeyedQueue();

  constructor(
    private readonly users: UserRepository,
    private readonly families: RefreshFamilyRepository,
    private readonly passwords: PasswordHasher,
    private readonly registry: TenantRegistry,
    private readonly contexts: TenantContextService,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * @throws DomainError `user-limit-reached`; `conflict` for an e-mail that the tenant has a user with, in whatever case.
   */
  async create({ email, password, role, name = null }: NewUser): Promise<User> {
    const passwordHash = await this.passwords.hash(password);
    return this.oneAtATime(async (tenant) => {
      const refusal = seatRefusal(await this.users.count(), tenant.getEffectiveLimits().maxUsers);
      if (refusal !== null) throw refusal;
      try {
        return await this.users.create({
          email: canonicalEmail(email),
          name,
          role,
          passwordHash,
        });
      } catch (error) {
        throw emailTaken(error);
      }
    });
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<User> {
    const user = await this.users.findById(id);
    if (user === null) throw new NotFoundError();
    return user;
  }

  /** Newest first. */
  list(limit: number, after: PagePosition | null): Promise<TenantPage<User>> {
    return this.users.paginate({ limit, after });
  }

  /**
   * Another role, up or down, and a new password end all tokens that the user has. The user as before and after.
   * @throws NotFoundError, DomainError `invalid-state` for the last ADMIN.
   */
  async change(id: string, { name, role, password }: UserChange): Promise<{ before: User; after: User }> {
    const passwordHash = password === undefined ? undefined : await this.passwords.hash(password);
    return this.oneAtATime(async () => {
      const before = await this.get(id);
      const fields: UserFields = {};
      if (name !== undefined) fields.name = name;
      if (role !== undefined) {
        await this.requireAdminBeside(before, role);
        fields.role = role;
      }
      if (passwordHash !== undefined) fields.passwordHash = passwordHash;
      if (passwordHash === undefined && (role === undefined || role === before.role)) {
        return { before, after: await this.store(before, fields) };
      }
      await this.families.deleteAllOf(id);
      const tokenVersion = (before.tokenVersion ?? 0) + 1;
      return { before, after: await this.store(before, { ...fields, tokenVersion }) };
    });
  }

  /** The e-mail can be used again, and the seat is free. @throws as `change` does */
  async remove(id: string, by: string | null): Promise<void> {
    await this.oneAtATime(async () => {
      await this.requireAdminBeside(await this.get(id), null);
      await this.families.deleteAllOf(id);
      await this.users.delete({ _id: id }, by);
    });
  }

  private async store(before: User, fields: UserFields): Promise<User> {
    if (Object.keys(fields).length === 0) return before;
    const user = await this.users.updateOne({ _id: before._id }, { $set: fields }, { before });
    if (user === null) throw new NotFoundError();
    return user;
  }

  private async requireAdminBeside(user: User, to: TenantRole | null): Promise<void> {
    const others = await this.users.count({ filter: { role: 'ADMIN', _id: { $ne: user._id } } });
    const refusal = lastAdminRefusal({ from: user.role, to }, others);
    if (refusal !== null) throw refusal;
  }

  private oneAtATime<R>(work: (tenant: ResolvedTenant) => Promise<R>): Promise<R> {
    const id = this.contexts.getTenantId();
    return this.line.run(id, () =>
      this.transactions.run(async () => work(await this.registry.serialize(id))),
    );
  }
}
