import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import { endOfApiKey, type ApiKey, type CreatedApiKey } from '@financeops/auth';
import { SCOPES, type Scope } from '@financeops/tenancy/context';

export class ApiKeyView {
  @ApiProperty({ example: '665f1f77bcf86cd799439014' })
  id!: string;

  @ApiProperty({ example: '665f1f77bcf86cd799439011' })
  tenantId!: string;

  @ApiProperty({ example: 'Shop server' })
  name!: string;

  @ApiProperty({
    description: 'Identifies the key in lists and logs',
    example: '5f2b9c01d3e4a687',
  })
  prefix!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['payments:read'] })
  scopes!: readonly Scope[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the key stops working; null: never. For a rolled key, the end of its overlap.',
  })
  expiresAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Accurate to a minute; null: not used yet',
  })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

export class CreatedApiKeyView extends ApiKeyView {
  @ApiProperty({
    description: 'The whole key, to send as `X-API-Key`. Only this reply contains it.',
    example: 'sk_<prefix>_<secret>',
  })
  secret!: string;
}

export class ApiKeyPage extends PageOf(ApiKeyView) {}

export const apiKeyView = (key: ApiKey): ApiKeyView => ({
  id: key._id.toString(),
  tenantId: key.tenantId.toString(),
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  expiresAt: endOfApiKey(key)?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  createdAt: key.createdAt.toISOString(),
  updatedAt: key.updatedAt.toISOString(),
});

export const createdApiKeyView = ({ key, secret }: CreatedApiKey): CreatedApiKeyView => ({
  ...apiKeyView(key),
  secret,
});
