import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { TENANT_ROLES } from '@financeops/auth';
import type { TenantRole } from '@financeops/tenancy/context';
import { IfSent, PRINTABLE } from '../tenant/tenant.dto';
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

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 200,
    example: 'Ada Lovelace',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @Matches(PRINTABLE, { message: 'may have no control characters' })
  name?: string | null;
}

/** What isn't sent stays; `null` takes the name away. */
export class ChangeUserDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 200,
    example: 'Ada Lovelace',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @Matches(PRINTABLE, { message: 'may have no control characters' })
  name?: string | null;

  @ApiPropertyOptional({ enum: TENANT_ROLES })
  @IfSent()
  @IsIn(TENANT_ROLES, roleMessage)
  role?: TenantRole;

  @IfSent()
  @IsNewPassword({ required: false })
  password?: string;
}
