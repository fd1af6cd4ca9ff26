import { Body, Controller, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, ObjectIdPipe, PageQuery, Roles } from '@financeops/core/http';
import { actOf } from '../request-actor';
import { AdminTenantPage, AdminTenantView, adminTenantView } from './admin-tenant.view';
import { ChangeTenantDto, CreateTenantDto } from './admin-tenants.dto';
import { AdminTenantsService } from './admin-tenants.service';

/** The list of tenants is the platform's own, so no bypass is needed to administer it. */
@ApiTags('Platform administration')
@Roles('SUPER_ADMIN')
@Controller('v1/admin/tenants')
export class AdminTenantsController {
  constructor(private readonly tenants: AdminTenantsService) {}

  @Post()
  @ApiOperation({ operationId: 'createTenant', summary: 'Create a tenant and its first ADMIN' })
  @ApiCreatedResponse({ type: AdminTenantView })
  @ApiProblems('conflict')
  async create(
    @Body() dto: CreateTenantDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdminTenantView> {
    const tenant = await this.tenants.create(dto, actOf(request));
    void reply.header('location', `/v1/admin/tenants/${tenant.id}`);
    return adminTenantView(tenant);
  }

  @Get()
  @ApiOperation({ operationId: 'listTenants', summary: 'List tenants', description: 'Newest first.' })
  @ApiOkResponse({ type: AdminTenantPage })
  async list(@Query() query: PageQuery): Promise<AdminTenantPage> {
    const { data, nextCursor } = await this.tenants.list(query);
    return { data: data.map(adminTenantView), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getTenantById', summary: 'Get a tenant' })
  @ApiOkResponse({ type: AdminTenantView })
  async get(@Param('id', ObjectIdPipe) id: string): Promise<AdminTenantView> {
    return adminTenantView(await this.tenants.get(id));
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateTenantById',
    summary: 'Update a tenant',
    description: 'Changes take effect at once in every process.',
  })
  @ApiOkResponse({ type: AdminTenantView })
  @ApiProblems('conflict', 'invalid-state')
  async change(
    @Param('id', ObjectIdPipe) id: string,
    @Body() dto: ChangeTenantDto,
    @Req() request: FastifyRequest,
  ): Promise<AdminTenantView> {
    return adminTenantView(await this.tenants.change(id, dto, actOf(request)));
  }
}
