import { Body, Controller, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ObjectIdPipe, PageQuery, Roles } from '@financeops/core/http';
import { actOf } from '../act';
import { AdminTenantPage, AdminTenantView, adminTenantView } from './admin-tenant.view';
import { ChangeTenantDto, CreateTenantDto } from './admin-tenants.dto';
import { AdminTenantsService } from './admin-tenants.service';

/** The list of tenants is the platform's own, so no bypass is needed to administer it. */
@ApiTags('admin')
@ApiBearerAuth('bearer')
@Roles('SUPER_ADMIN')
@Controller('v1/admin/tenants')
export class AdminTenantsController {
  constructor(private readonly tenants: AdminTenantsService) {}

  @Post()
  @ApiOperation({ summary: 'Create a tenant with its first ADMIN' })
  @ApiCreatedResponse({ type: AdminTenantView })
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
  @ApiOperation({ summary: 'All tenants, newest first' })
  @ApiOkResponse({ type: AdminTenantPage })
  async list(@Query() query: PageQuery): Promise<AdminTenantPage> {
    const { data, nextCursor } = await this.tenants.list(query);
    return { data: data.map(adminTenantView), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A tenant' })
  @ApiOkResponse({ type: AdminTenantView })
  async get(@Param('id', ObjectIdPipe) id: string): Promise<AdminTenantView> {
    return adminTenantView(await this.tenants.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change name, slug, tier, activity or overrides; in force at once, everywhere' })
  @ApiOkResponse({ type: AdminTenantView })
  async change(
    @Param('id', ObjectIdPipe) id: string,
    @Body() dto: ChangeTenantDto,
    @Req() request: FastifyRequest,
  ): Promise<AdminTenantView> {
    return adminTenantView(await this.tenants.change(id, dto, actOf(request)));
  }
}
