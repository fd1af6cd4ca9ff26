import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import {
  PLACEMENTS,
  type Placement,
  type ResolvedTenant,
  type TenantOverrides,
} from '@financeops/tenancy/context';
import { TenantView, tenantView } from '../tenant/tenant.view';
import { OverridesDto } from './overrides.dto';

/** The super-admin's view of a tenant. */
export class AdminTenantView extends TenantView {
  @ApiProperty({ type: OverridesDto, nullable: true })
  overrides!: TenantOverrides | null;

  @ApiProperty({
    enum: PLACEMENTS,
    description: 'dedicated: the tenant has a database of its own',
  })
  placement!: Placement;
}

export class AdminTenantPage extends PageOf(AdminTenantView) {}

export const adminTenantView = (tenant: ResolvedTenant): AdminTenantView => ({
  ...tenantView(tenant),
  overrides: tenant.snapshot.overrides,
  placement: tenant.placement,
});
