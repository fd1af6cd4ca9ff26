import { Injectable } from '@nestjs/common';
import { ApiKeyService, SuperAdminService, UserService } from '@financeops/auth';
import { DomainError } from '@financeops/core/errors';
import { SCOPES, TenantContextService, type ResolvedTenant } from '@financeops/tenancy/context';
import { TenantDirectory, TenantRegistry } from '@financeops/tenancy/directory';
import type { DemoCredentials, DemoTenant } from './credentials-file';

const NAMES: Record<string, string> = {
  'corner-shop': 'Corner Shop',
  'city-credit': 'City Credit',
  'first-bank': 'First Bank',
};

/** What an earlier, interrupted seeding has made already is left as it is. */
const unlessThere = async (make: () => Promise<unknown>): Promise<void> => {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'conflict')) throw error;
  }
};

/** Makes the demo tenants, their people and keys, through the same services as any request. */
@Injectable()
export class Seeder {
  constructor(
    private readonly registry: TenantRegistry,
    private readonly directory: TenantDirectory,
    private readonly contexts: TenantContextService,
    private readonly users: UserService,
    private readonly apiKeys: ApiKeyService,
    private readonly superAdmins: SuperAdminService,
  ) {}

  /** Fills in the ids and the key's secret. */
  async seed(credentials: DemoCredentials): Promise<DemoCredentials> {
    await unlessThere(() => this.superAdmins.create({ ...credentials.superAdmin, name: 'Operator' }));
    const tenants: DemoTenant[] = [];
    for (const demo of credentials.tenants) tenants.push(await this.seedTenant(demo));
    return { ...credentials, tenants };
  }

  private async seedTenant(demo: DemoTenant): Promise<DemoTenant> {
    const tenant = await this.tenant(demo);
    return this.contexts.run({ tenant, resolvedVia: 'job', resolvedAt: Date.now() }, async () => {
      await unlessThere(() => this.users.create({ ...demo.admin, role: 'ADMIN', name: 'Admin' }));
      await unlessThere(() => this.users.create({ ...demo.viewer, role: 'VIEWER', name: 'Viewer' }));
      const seeded = { ...demo, id: tenant.id };
      if (!tenant.getEffectiveLimits().features.includes('api_access')) return seeded;
      const { secret } = await this.apiKeys.create({ name: 'Demo', scopes: [...SCOPES] });
      return { ...seeded, apiKey: secret };
    });
  }

  private async tenant({ slug, tier }: DemoTenant): Promise<ResolvedTenant> {
    const known = await this.directory.findBySlug(slug);
    return known ?? this.registry.create({ slug, name: NAMES[slug] ?? slug, tier });
  }
}
