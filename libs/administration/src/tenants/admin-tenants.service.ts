import { Injectable } from '@nestjs/common';
import { actorOf, AuditLog } from '@financeops/audit';
import { UserService } from '@financeops/auth';
import { DomainError } from '@financeops/core/errors';
import { CursorCodec, type Page, type PageQuery } from '@financeops/core/http';
import { TenantContextService, type Placement, type ResolvedTenant } from '@financeops/tenancy/context';
import { TenantRegistry, type TenantChange } from '@financeops/tenancy/directory';
import type { RequestActor } from '../request-actor';
import type { ChangeTenantDto, CreateTenantDto } from './admin-tenants.dto';
import { toOverrides } from './overrides.dto';

const LIST = 'admin/tenants';

/** The operator's tenant administration. Everything it does to a tenant stands in that tenant's log. */
@Injectable()
export class AdminTenantsService {
  constructor(
    private readonly registry: TenantRegistry,
    private readonly contexts: TenantContextService,
    private readonly users: UserService,
    private readonly cursors: CursorCodec,
    private readonly audit: AuditLog,
  ) {}

  /** The tenant and its first ADMIN, or neither. @throws DomainError `conflict`, `validation-failed` for the slug. */
  async create({ admin, settings, ...tenant }: CreateTenantDto, act: RequestActor): Promise<ResolvedTenant> {
    const created = await this.registry.create({ ...tenant, branding: settings?.branding }, (inserted) =>
      this.contexts.run({ tenant: inserted, resolvedVia: 'job', resolvedAt: Date.now() }, () =>
        this.users.create({ ...admin, role: 'ADMIN' }),
      ),
    );
    await this.record(created, act, { created: true, tier: created.tier });
    return created;
  }

  async get(id: string): Promise<ResolvedTenant> {
    return this.registry.get(id);
  }

  async list({ limit, cursor }: PageQuery): Promise<Page<ResolvedTenant>> {
    const after = cursor === undefined ? null : this.cursors.decode(cursor, LIST);
    const { tenants, next } = await this.registry.page(limit, after);
    return { data: tenants, nextCursor: next === null ? null : this.cursors.encode(next, LIST) };
  }

  /**
   * In force on every process when it resolves. @throws DomainError `not-found`, `conflict`, `validation-failed`;
   * `invalid-state` for another placement: the tenant has documents where it is (its first ADMIN), and nothing moves them.
   */
  async change(id: string, dto: ChangeTenantDto, act: RequestActor): Promise<ResolvedTenant> {
    const { overrides, placement, ...plain } = dto;
    if (placement !== undefined) await this.requirePlacement(id, placement);
    const change: TenantChange = Object.fromEntries(
      Object.entries(plain).filter(([, value]) => value !== undefined),
    );
    if (overrides !== undefined) change.overrides = overrides === null ? null : toOverrides(overrides);
    if (Object.keys(change).length === 0) return this.registry.get(id);
    const changed = await this.registry.change(id, change);
    await this.record(changed, act, { changed: change });
    return changed;
  }

  private async requirePlacement(id: string, placement: Placement): Promise<void> {
    const tenant = await this.registry.get(id);
    if (tenant.placement === placement) return;
    throw new DomainError('invalid-state', `This tenant is ${tenant.placement}; it can't be moved yet.`, {
      errors: [{ pointer: '/placement', message: `must be ${tenant.placement}: tenants are not moved yet` }],
    });
  }

  private async record(
    tenant: ResolvedTenant,
    act: RequestActor,
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.record({
      tenantId: tenant.id,
      action: 'tenant.updated',
      outcome: 'allowed',
      actor: actorOf(act.actor),
      resource: { type: 'tenant', id: tenant.id, ownerId: null },
      requestId: act.requestId,
      details,
    });
  }
}
