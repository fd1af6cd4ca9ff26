import { ApiProperty } from '@nestjs/swagger';
import type { ResolvedTenant, TenantOverrides } from '@financeops/tenancy/context';
import { TenantView, tenantView } from '../tenant/tenant.view';
import { OverridesDto } from './overrides.dto';

/** The super-admin's view of a tenant. */
export class AdminTenantView extends TenantView {
  @ApiProperty({ type: OverridesDto, nullable: true })
  overrides!: TenantOverrides | null;

  @ApiProperty({ enum: ['shared', 'dedicated'] })
  placement!: 'shared' | 'dedicated';
}

export class AdminTenantPage {
  @ApiProperty({ type: [AdminTenantView] })
  data!: AdminTenantView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

/** Every tenant lives in the shared database so far. */
export const adminTenantView = (tenant: ResolvedTenant): AdminTenantView => ({
  ...tenantView(tenant),
  overrides: tenant.snapshot.overrides,
  placement: 'shared',
});
