import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CreatedApiKey } from '@financeops/auth';
import { ApiProblems, ObjectIdPipe, PageQuery, RequireFeature, Roles } from '@financeops/core/http';
import { actOf } from '../request-actor';
import { ApiKeyAdministrationService } from './api-key-administration.service';
import { ApiKeyPage, ApiKeyView, apiKeyView, CreatedApiKeyView, createdApiKeyView } from './api-key.view';
import { CreateApiKeyDto, RollApiKeyDto } from './api-keys.dto';

@ApiTags('API keys')
@Roles('ADMIN')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeyAdministrationService) {}

  @Post()
  @RequireFeature('api_access')
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Create an API key',
    description: 'The reply is the only one that contains the secret.',
  })
  @ApiCreatedResponse({ type: CreatedApiKeyView })
  async create(
    @Body() dto: CreateApiKeyDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedApiKeyView> {
    return created(await this.keys.create(dto, actOf(request)), reply);
  }

  @Get()
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'List API keys',
    description: 'Newest first, without revoked ones.',
  })
  @ApiOkResponse({ type: ApiKeyPage })
  async list(@Query() query: PageQuery): Promise<ApiKeyPage> {
    const { data, nextCursor } = await this.keys.list(query);
    return { data: data.map(apiKeyView), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getApiKey', summary: 'Get an API key', description: 'Without its secret.' })
  @ApiOkResponse({ type: ApiKeyView })
  async get(@Param('id', ObjectIdPipe) id: string): Promise<ApiKeyView> {
    return apiKeyView(await this.keys.get(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key',
    description: 'It stops working at once and disappears from lists.',
  })
  @ApiNoContentResponse()
  async revoke(@Param('id', ObjectIdPipe) id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.keys.revoke(id, actOf(request));
  }

  @Post(':id/roll')
  @RequireFeature('api_access')
  @ApiOperation({
    operationId: 'rollApiKey',
    summary: 'Roll an API key',
    description:
      'Creates a key with the same name, scopes and expiry. The old key keeps working for `overlapSeconds`.',
  })
  @ApiCreatedResponse({ type: CreatedApiKeyView })
  @ApiProblems('invalid-state')
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
