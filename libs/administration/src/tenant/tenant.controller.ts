import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public, Roles } from '@financeops/core/http';
import { TenantContextService } from '@financeops/tenancy/context';
import { PublicBrandingView, publicBrandingView, TenantView, tenantView } from './tenant.view';

@ApiTags('tenant')
@Controller('v1/tenant')
export class TenantController {
  constructor(private readonly context: TenantContextService) {}

  @Get()
  @Roles('ADMIN')
  @ApiBearerAuth('bearer')
  @ApiOperation({ summary: "The caller's tenant: tier, features, limits, settings" })
  @ApiOkResponse({ type: TenantView })
  read(): TenantView {
    return tenantView(this.context.getTenant());
  }

  @Get('branding')
  @Public('required')
  @ApiOperation({ summary: 'Name, colour and logo of the tenant that the host (or X-Tenant-ID) names' })
  @ApiOkResponse({ type: PublicBrandingView })
  branding(): PublicBrandingView {
    return publicBrandingView(this.context.getTenant());
  }
}
