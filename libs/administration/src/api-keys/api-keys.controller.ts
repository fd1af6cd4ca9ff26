import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CreatedApiKey } from '@financeops/auth';
import { ObjectIdPipe, PageQuery, RequireFeature, Roles } from '@financeops/core/http';
import { actOf } from '../act';
import { ApiKeyAdministrationService } from './api-key-administration.service';
import { ApiKeyPage, ApiKeyView, apiKeyView, CreatedApiKeyView, createdApiKeyView } from './api-key.view';
import { CreateApiKeyDto, RollApiKeyDto } from './api-keys.dto';

@ApiTags('api-keys')
@ApiBearerAuth('bearer')
@Roles('ADMIN')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeyAdministrationService) {}

  @Post()
  @RequireFeature('api_access')
  @ApiOperation({ summary: 'Create an API key; its secret is in this reply and never again' })
  @ApiCreatedResponse({ type: CreatedApiKeyView })
  async create(
    @Body() dto: CreateApiKeyDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedApiKeyView> {
    return created(await this.keys.create(dto, actOf(request)), reply);
  }

  @Get()
  @ApiOperation({ summary: 'The API keys that are not revoked, newest first' })
  @ApiOkResponse({ type: ApiKeyPage })
  async list(@Query() query: PageQuery): Promise<ApiKeyPage> {
    const { data, nextCursor } = await this.keys.list(query);
    return { data: data.map(apiKeyView), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'An API key, without its secret' })
  @ApiOkResponse({ type: ApiKeyView })
  async get(@Param('id', ObjectIdPipe) id: string): Promise<ApiKeyView> {
    return apiKeyView(await this.keys.get(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an API key: refused at once, everywhere, and gone from lists' })
  @ApiNoContentResponse()
  async revoke(@Param('id', ObjectIdPipe) id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.keys.revoke(id, actOf(request));
  }

  @Post(':id/roll')
  @RequireFeature('api_access')
  @ApiOperation({
    summary: 'Replace an API key by a new one with the same name, scopes and expiry',
    description: 'The old key works for `overlapSeconds` more.',
  })
  @ApiCreatedResponse({ type: CreatedApiKeyView })
  async roll(
    @Param('id', ObjectIdPipe) id: string,
    @Body() { overlapSeconds = 0 }: RollApiKeyDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedApiKeyView> {
    return created(await this.keys.roll(id, overlapSeconds, actOf(request)), reply);
  }
}

/** A reply with a secret in it: nothing on the way may keep it. */
const created = (result: CreatedApiKey, reply: FastifyReply): CreatedApiKeyView => {
  const view = createdApiKeyView(result);
  void reply.header('location', `/v1/api-keys/${view.id}`).header('cache-control', 'no-store');
  return view;
};
