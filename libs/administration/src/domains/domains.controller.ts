import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, CursorCodec, PageQuery, RequireFeature, Roles } from '@financeops/core/http';
import { TenantContextService } from '@financeops/tenancy/context';
import { actOf } from '../request-actor';
import { AddDomainDto, DomainPage, DomainView, domainView } from './domain.dto';
import { DomainsService } from './domains.service';

@ApiTags('Tenant')
@Roles('ADMIN')
@Controller('v1/tenant/domains')
export class DomainsController {
  constructor(
    private readonly domains: DomainsService,
    private readonly cursors: CursorCodec,
    private readonly contexts: TenantContextService,
  ) {}

  @Post()
  @RequireFeature('white_label')
  @ApiOperation({
    operationId: 'addDomain',
    summary: 'Add a custom domain',
    description: 'To prove that it is yours, create the TXT record in the reply, then verify the domain.',
  })
  @ApiCreatedResponse({ type: DomainView })
  @ApiProblems('conflict', 'invalid-state')
  async add(
    @Body() { domain }: AddDomainDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DomainView> {
    const added = await this.domains.add(domain, actOf(request));
    void reply.header('location', `/v1/tenant/domains/${added.domain}`);
    return domainView(added);
  }

  /** Newest first. The list is short and has no ids: a cursor holds how many came before. */
  @Get()
  @ApiOperation({ operationId: 'listDomains', summary: 'List custom domains' })
  @ApiOkResponse({ type: DomainPage })
  async list(@Query() { limit, cursor }: PageQuery): Promise<DomainPage> {
    const binding = [this.contexts.getTenantId(), 'domains'];
    const before = cursor === undefined ? 0 : this.cursors.decode(cursor, binding).createdAt.getTime();
    const all = (await this.domains.list()).toReversed();
    const end = before + limit;
    return {
      data: all.slice(before, end).map(domainView),
      nextCursor:
        end < all.length
          ? this.cursors.encode({ createdAt: new Date(end), id: '0'.repeat(24) }, binding)
          : null,
    };
  }

  @Get(':domain')
  @ApiOperation({ operationId: 'getDomain', summary: 'Get a custom domain' })
  @ApiOkResponse({ type: DomainView })
  async get(@Param('domain') domain: string): Promise<DomainView> {
    return domainView(await this.domains.get(domain));
  }

  @Delete(':domain')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'removeDomain',
    summary: 'Delete a custom domain',
    description: 'It stops identifying the tenant at once.',
  })
  @ApiNoContentResponse()
  async remove(@Param('domain') domain: string, @Req() request: FastifyRequest): Promise<void> {
    await this.domains.remove(domain, actOf(request));
  }

  @Post(':domain/verify')
  @HttpCode(200)
  @RequireFeature('white_label')
  @ApiOperation({
    operationId: 'verifyDomain',
    summary: 'Verify a custom domain',
    description: 'Looks up its TXT record. Once verified, the domain identifies the tenant.',
  })
  @ApiOkResponse({ type: DomainView })
  @ApiProblems('conflict', 'invalid-state')
  async verify(@Param('domain') domain: string, @Req() request: FastifyRequest): Promise<DomainView> {
    return domainView(await this.domains.verify(domain, actOf(request)));
  }
}
