import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { TENANT_ROLES } from '@financeops/auth';
import type { TenantRole } from '@financeops/tenancy/context';
import { IfSent, IsName } from '../tenant/tenant.dto';
import { IsNewPassword, IsUserEmail } from './user-fields';

const roleMessage = { message: `must be one of ${TENANT_ROLES.join(', ')}` };

export class CreateUserDto {
  @IsUserEmail()
  email!: string;

  @IsNewPassword()
  password!: string;

  @ApiProperty({ enum: TENANT_ROLES })
  @IsIn(TENANT_ROLES, roleMessage)
  role!: TenantRole;

  @IsName({ required: false, nullable: true, example: 'Ada Lovelace' })
  name?: string | null;
}

/** What isn't sent stays; `null` takes the name away. */
export class ChangeUserDto {
  @IsName({ required: false, nullable: true, example: 'Ada Lovelace' })
  name?: string | null;

  @ApiPropertyOptional({ enum: TENANT_ROLES })
  @IfSent()
  @IsIn(TENANT_ROLES, roleMessage)
  role?: TenantRole;

  @IfSent()
  @IsNewPassword({ required: false })
  password?: string;
}
