import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsDefined, IsIn, IsString, Matches, ValidateIf } from 'class-validator';
import { IsNested } from '@financeops/core/http';
import { PLACEMENTS, TIERS, type Placement, type Tier } from '@financeops/tenancy/context';
import { SettingsDto } from '../tenant/branding.dto';
import { IfSent, IsName } from '../tenant/tenant.dto';
import { IsNewPassword, IsUserEmail } from '../users/user-fields';
import { OverridesDto } from './overrides.dto';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const slugMessage = { message: 'must be a DNS label: lower-case letters, digits and hyphens, 1 to 63' };

class FirstAdminDto {
  @IsUserEmail()
  email!: string;

  @IsNewPassword()
  password!: string;
}

export class CreateTenantDto {
  @ApiProperty({ type: String, example: 'first-bank' })
  @IsString()
  @Matches(SLUG, slugMessage)
  slug!: string;

  @IsName({ example: 'First Bank' })
  name!: string;

  @ApiProperty({ enum: TIERS })
  @IsIn(TIERS, { message: `must be one of ${TIERS.join(', ')}` })
  tier!: Tier;

  @ApiProperty({ type: FirstAdminDto })
  @IsDefined({ message: 'must contain the first ADMIN' })
  @IsNested(() => FirstAdminDto)
  admin!: FirstAdminDto;

  @ApiPropertyOptional({ type: SettingsDto })
  @IfSent()
  @IsNested(() => SettingsDto)
  settings?: SettingsDto;
}

export class ChangeTenantDto {
  @IsName({ required: false, example: 'First Bank' })
  name?: string;

  @ApiPropertyOptional({ type: String, example: 'first-bank' })
  @IfSent()
  @IsString()
  @Matches(SLUG, slugMessage)
  slug?: string;

  @ApiPropertyOptional({ enum: TIERS })
  @IfSent()
  @IsIn(TIERS, { message: `must be one of ${TIERS.join(', ')}` })
  tier?: Tier;

  @ApiPropertyOptional()
  @IfSent()
  @IsBoolean({ message: 'must be true or false' })
  isActive?: boolean;

  @ApiPropertyOptional({
    type: OverridesDto,
    nullable: true,
    description: 'Replaces all overrides; null removes them',
  })
  @ValidateIf((_object, value) => value !== undefined && value !== null)
  @IsNested(() => OverridesDto, { message: 'must be an object or null' })
  overrides?: OverridesDto | null;

  @ApiPropertyOptional({
    enum: PLACEMENTS,
    description: 'Must be the current one: tenants cannot be moved yet',
  })
  @IfSent()
  @IsIn(PLACEMENTS, { message: `must be one of ${PLACEMENTS.join(', ')}` })
  placement?: Placement;
}
