import { Body, Controller, Get, Patch, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public, Roles } from '@financeops/core/http';
import { TenantContextService } from '@financeops/tenancy/context';
import { actOf } from '../act';
import { PatchTenantDto } from './tenant.dto';
import { TenantSettingsService } from './tenant.service';
import { PublicBrandingView, publicBrandingView, TenantView, tenantView } from './tenant.view';

@ApiTags('tenant')
@Controller('v1/tenant')
export class TenantController {
  constructor(
    private readonly context: TenantContextService,
    private readonly settings: TenantSettingsService,
  ) {}

  @Get()
  @Roles('ADMIN')
  @ApiBearerAuth('bearer')
  @ApiOperation({ summary: "The caller's tenant: tier, features, limits, settings" })
  @ApiOkResponse({ type: TenantView })
  read(): TenantView {
    return tenantView(this.context.getTenant());
  }

  @Patch()
  @Roles('ADMIN')
  @ApiBearerAuth('bearer')
  @ApiOperation({ summary: 'Change the name, or (with `white_label`) the branding' })
  @ApiOkResponse({ type: TenantView })
  async change(@Body() dto: PatchTenantDto, @Req() request: FastifyRequest): Promise<TenantView> {
    return tenantView(await this.settings.change(dto, actOf(request)));
  }

  @Get('branding')
  @Public('required')
  @ApiOperation({ summary: 'Name, colour and logo of the tenant that the host (or X-Tenant-ID) names' })
  @ApiOkResponse({ type: PublicBrandingView })
  branding(): PublicBrandingView {
    return publicBrandingView(this.context.getTenant());
  }
}
