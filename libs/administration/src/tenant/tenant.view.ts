import { ApiProperty } from '@nestjs/swagger';
import {
  FEATURES,
  TIERS,
  type Branding,
  type Feature,
  type Limit,
  type ResolvedTenant,
  type Tier,
} from '@financeops/tenancy/context';

export class BrandingView implements Branding {
  @ApiProperty({ type: String, nullable: true, example: 'First Bank' })
  displayName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '#0a5c36' })
  primaryColor!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://cdn.example/logo.svg' })
  logoUrl!: string | null;
}

export class PublicBrandingView extends BrandingView {
  @ApiProperty({ example: 'first-bank' })
  slug!: string;
}

class LimitsView {
  @ApiProperty({ type: 'integer', nullable: true, description: 'null: unlimited', example: 10 })
  maxUsers!: Limit;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null: unlimited', example: 1000 })
  maxTransactionsPerMonth!: Limit;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null: unlimited', example: 60 })
  requestsPerMinute!: Limit;
}

class SettingsView {
  @ApiProperty({ type: BrandingView })
  branding!: BrandingView;
}

export class TenantView {
  @ApiProperty({ example: '665f1f77bcf86cd799439011' })
  id!: string;

  @ApiProperty({ example: 'first-bank' })
  slug!: string;

  @ApiProperty({ example: 'First Bank' })
  name!: string;

  @ApiProperty({ enum: TIERS })
  tier!: Tier;

  @ApiProperty()
  isActive!: boolean;

  @ApiProperty({ enum: FEATURES, isArray: true })
  features!: readonly Feature[];

  @ApiProperty({ type: LimitsView })
  limits!: LimitsView;

  @ApiProperty({ type: SettingsView })
  settings!: SettingsView;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

export const tenantView = (tenant: ResolvedTenant): TenantView => {
  const { features, maxUsers, maxTransactionsPerMonth, requestsPerMinute } = tenant.getEffectiveLimits();
  const { id, slug, name, tier, isActive, branding, createdAt, updatedAt } = tenant.snapshot;
  return {
    id,
    slug,
    name,
    tier,
    isActive,
    features,
    limits: { maxUsers, maxTransactionsPerMonth, requestsPerMinute },
    settings: { branding },
    createdAt,
    updatedAt,
  };
};

/** What anybody may see of a tenant: the dashboard paints its login page with it. */
export const publicBrandingView = (tenant: ResolvedTenant): PublicBrandingView => ({
  slug: tenant.slug,
  displayName: tenant.snapshot.branding.displayName ?? tenant.snapshot.name,
  primaryColor: tenant.snapshot.branding.primaryColor,
  logoUrl: tenant.snapshot.branding.logoUrl,
});
