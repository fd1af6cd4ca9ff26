import { Injectable } from '@nestjs/common';
import { TenantContextService, type ResolvedTenant, type ResolvedVia } from '@financeops/tenancy/context';
import { TenantDirectory } from '@financeops/tenancy/directory';

/** Reads a tenant's data before the request has a context: to check the very credential that names the tenant. */
@Injectable()
export class TenantScope {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly contexts: TenantContextService,
  ) {}

  /**
   * Runs `work` for the tenant, active or not; `null` when there is no such tenant.
   * @throws UnavailableError when the tenant can't be looked up.
   */
  async within<R>(
    tenantId: string,
    via: ResolvedVia,
    work: (tenant: ResolvedTenant) => Promise<R>,
  ): Promise<R | null> {
    const tenant = await this.directory.findById(tenantId);
    if (tenant === null) return null;
    return this.contexts.run({ tenant, resolvedVia: via, resolvedAt: Date.now() }, () => work(tenant));
  }
}
