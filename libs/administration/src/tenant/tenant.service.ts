import { Injectable } from '@nestjs/common';
import { actorOf, AuditLog } from '@financeops/audit';
import { DomainError } from '@financeops/core/errors';
import { TenantContextService, type Branding, type ResolvedTenant } from '@financeops/tenancy/context';
import { TenantRegistry, type TenantChange } from '@financeops/tenancy/directory';
import type { RequestActor } from '../request-actor';
import type { BrandingDto } from './branding.dto';
import type { PatchTenantDto } from './tenant.dto';

/** The present branding with what was sent in its place; a field that wasn't sent stays. */
export const mergeBranding = (present: Branding, sent: BrandingDto): Branding => ({
  displayName: sent.displayName === undefined ? present.displayName : sent.displayName,
  primaryColor: sent.primaryColor === undefined ? present.primaryColor : sent.primaryColor,
  logoUrl: sent.logoUrl === undefined ? present.logoUrl : sent.logoUrl,
});

/** What a tenant's ADMIN changes of the tenant itself. */
@Injectable()
export class TenantSettingsService {
  constructor(
    private readonly contexts: TenantContextService,
    private readonly registry: TenantRegistry,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError `feature-not-in-tier` for branding without `white_label`. */
  async change(dto: PatchTenantDto, { actor, requestId }: RequestActor): Promise<ResolvedTenant> {
    const tenant = this.contexts.getTenant();
    const change: TenantChange = {};
    if (dto.name !== undefined) change.name = dto.name;
    if (dto.settings !== undefined) {
      if (!tenant.getEffectiveLimits().features.includes('white_label')) {
        throw new DomainError(
          'feature-not-in-tier',
          "Branding needs the feature white_label, which the tenant's tier lacks.",
        );
      }
      change.branding = mergeBranding(tenant.snapshot.branding, dto.settings.branding);
    }
    if (Object.keys(change).length === 0) return tenant;
    const changed = await this.registry.change(tenant.id, change);
    await this.audit.record({
      tenantId: tenant.id,
      action: 'tenant.updated',
      outcome: 'allowed',
      actor: actorOf(actor),
      resource: { type: 'tenant', id: tenant.id, ownerId: null },
      requestId,
      details: { fields: Object.keys(change) },
    });
    return changed;
  }
}
