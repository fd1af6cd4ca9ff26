import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  FEATURES,
  SCOPES,
  TIERS,
  type Feature,
  type ResolvedVia,
  type Role,
  type Scope,
  type Tier,
} from '@financeops/tenancy/context';

const PRINCIPALS = ['user', 'api-key', 'super-admin'] as const;
const ROLES = ['ADMIN', 'VIEWER', 'SUPER_ADMIN'] as const satisfies readonly Role[];

export class PrincipalView {
  @ApiProperty({ enum: PRINCIPALS })
  type!: (typeof PRINCIPALS)[number];

  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439011' })
  id!: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Users and super-admins only',
    example: 'ada@first-bank.example',
  })
  email?: string;

  @ApiPropertyOptional({ enum: ROLES, description: 'Users and super-admins only' })
  role?: Role;

  @ApiPropertyOptional({ enum: SCOPES, isArray: true, description: 'API keys only' })
  scopes?: readonly Scope[];
}

export class MyTenantView {
  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439012' })
  id!: string;

  @ApiProperty({ type: String, example: 'first-bank' })
  slug!: string;

  @ApiProperty({ enum: TIERS })
  tier!: Tier;

  @ApiProperty({ enum: FEATURES, isArray: true })
  features!: readonly Feature[];
}

export class MeView {
  @ApiProperty({ type: PrincipalView })
  principal!: PrincipalView;

  @ApiProperty({ type: MyTenantView, nullable: true })
  tenant!: MyTenantView | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['jwt', 'header', 'subdomain', 'domain', 'api-key'],
    description: 'What identified the tenant',
  })
  resolvedVia!: ResolvedVia | null;
}
