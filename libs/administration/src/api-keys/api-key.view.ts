import { ApiProperty } from '@nestjs/swagger';
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
    description: 'The part of the key by which it is told from others',
    example: '5f2b9c01d3e4a687',
  })
  prefix!: string;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: readonly Scope[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it stops working, of a rolled key the end of its overlap; null: never',
  })
  expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute' })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

export class CreatedApiKeyView extends ApiKeyView {
  @ApiProperty({
    description: 'The whole key, sent as `X-API-Key`. Shown this once and kept nowhere',
    example: 'sk_<prefix>_<secret>',
  })
  secret!: string;
}

export class ApiKeyPage {
  @ApiProperty({ type: [ApiKeyView] })
  data!: ApiKeyView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

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
