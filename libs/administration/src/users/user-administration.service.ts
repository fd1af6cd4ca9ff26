import { Injectable } from '@nestjs/common';
import { UserService, type User } from '@financeops/auth';
import { CursorCodec, type Page, type PageQuery } from '@financeops/core/http';
import { TenantContextService } from '@financeops/tenancy/context';
import type { RequestActor } from '../request-actor';
import { UserAudit } from './user-audit';
import type { ChangeUserDto, CreateUserDto } from './users.dto';

/** What a tenant's ADMINs do with its users, on record. The rules are UserService's. */
@Injectable()
export class UserAdministrationService {
  constructor(
    private readonly users: UserService,
    private readonly audit: UserAudit,
    private readonly cursors: CursorCodec,
    private readonly contexts: TenantContextService,
  ) {}

  /** @throws DomainError `user-limit-reached`, `conflict`. */
  async create(dto: CreateUserDto, act: RequestActor): Promise<User> {
    const user = await this.users.create(dto);
    await this.audit.changed('user.created', user._id.toString(), act, { role: user.role });
    return user;
  }

  /** Newest first. */
  async list({ limit, cursor }: PageQuery, act: RequestActor): Promise<Page<User>> {
    const binding = [this.contexts.getTenantId(), 'users'];
    const after = cursor === undefined ? null : this.cursors.decode(cursor, binding);
    const { items, next } = await this.users.list(limit, after);
    await this.audit.listed(
      items.map(({ _id }) => _id.toString()),
      act,
    );
    return { data: items, nextCursor: next && this.cursors.encode(next, binding) };
  }

  /** @throws NotFoundError */
  async get(id: string, act: RequestActor): Promise<User> {
    const user = await this.users.get(id);
    await this.audit.read(id, act);
    return user;
  }

  /** @throws NotFoundError, DomainError `invalid-state` for the last ADMIN. */
  async change(id: string, dto: ChangeUserDto, act: RequestActor): Promise<User> {
    const fields = Object.entries(dto).flatMap(([field, value]) => (value === undefined ? [] : [field]));
    if (fields.length === 0) return this.get(id, act);
    const { before, after } = await this.users.change(id, dto);
    const role = before.role === after.role ? {} : { role: { from: before.role, to: after.role } };
    await this.audit.changed('user.updated', id, act, { fields, ...role });
    return after;
  }

  /** @throws NotFoundError, DomainError `invalid-state` for the last ADMIN. */
  async remove(id: string, act: RequestActor): Promise<void> {
    await this.users.remove(id, act.actor?.id ?? null);
    await this.audit.changed('user.deleted', id, act);
  }
}
