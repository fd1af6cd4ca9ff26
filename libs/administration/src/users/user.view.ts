import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import { TENANT_ROLES, type User } from '@financeops/auth';
import type { TenantRole } from '@financeops/tenancy/context';

export class UserView {
  @ApiProperty({ example: '665f1f77bcf86cd799439013' })
  id!: string;

  @ApiProperty({ example: '665f1f77bcf86cd799439011' })
  tenantId!: string;

  @ApiProperty({ format: 'email', description: 'In lower case', example: 'ada@first-bank.example' })
  email!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Ada Lovelace' })
  name!: string | null;

  @ApiProperty({ enum: TENANT_ROLES })
  role!: TenantRole;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

export class UserPage extends PageOf(UserView) {}

export const userView = (user: User): UserView => ({
  id: user._id.toString(),
  tenantId: user.tenantId.toString(),
  email: user.email,
  name: user.name,
  role: user.role,
  createdAt: user.createdAt.toISOString(),
  updatedAt: user.updatedAt.toISOString(),
});
