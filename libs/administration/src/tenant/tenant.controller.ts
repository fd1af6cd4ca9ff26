import { Body, Controller, Get, Patch, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public, Roles } from '@financeops/core/http';
import { TenantContextService } from '@financeops/tenancy/context';
import { actOf } from '../request-actor';
import { PatchTenantDto } from './tenant.dto';
import { TenantSettingsService } from './tenant.service';
import { PublicBrandingView, publicBrandingView, TenantView, tenantView } from './tenant.view';

@ApiTags('Tenant')
@Controller('v1/tenant')
export class TenantController {
  constructor(
    private readonly context: TenantContextService,
    private readonly settings: TenantSettingsService,
  ) {}

  @Get()
  @Roles('ADMIN')
  @ApiOperation({
    operationId: 'getTenant',
    summary: 'Get the own tenant',
    description: 'Tier, features, limits and settings.',
  })
  @ApiOkResponse({ type: TenantView })
  read(): TenantView {
    return tenantView(this.context.getTenant());
  }

  @Patch()
  @Roles('ADMIN')
  @ApiOperation({
    operationId: 'updateTenant',
    summary: 'Update the own tenant',
    description: 'Branding needs the feature `white_label`.',
  })
  @ApiOkResponse({ type: TenantView })
  async change(@Body() dto: PatchTenantDto, @Req() request: FastifyRequest): Promise<TenantView> {
    return tenantView(await this.settings.change(dto, actOf(request)));
  }

  @Get('branding')
  @Public('required')
  @ApiOperation({
    operationId: 'getBranding',
    summary: 'Get the public branding of a tenant',
    description: 'Name, colour and logo of the tenant that the host or `X-Tenant-ID` names.',
  })
  @ApiOkResponse({ type: PublicBrandingView })
  branding(): PublicBrandingView {
    return publicBrandingView(this.context.getTenant());
  }
}
