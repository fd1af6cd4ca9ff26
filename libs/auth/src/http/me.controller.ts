import { Controller, Get, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { UnauthenticatedError } from '@financeops/core/errors';
import { AnyPrincipal } from '@financeops/core/http';
import { requestState, type Principal } from '@financeops/tenancy/context';
import { personId } from '../accounts/account.store';
import { LiveAccounts } from '../accounts/live-accounts';
import { MeView, type PrincipalView } from './dto/me.view';

@ApiTags('auth')
@Controller('v1/me')
export class MeController {
  constructor(private readonly accounts: LiveAccounts) {}

  @Get()
  @AnyPrincipal()
  @ApiBearerAuth('bearer')
  @ApiSecurity('apiKey')
  @ApiOperation({ summary: 'Who is calling, and for which tenant' })
  @ApiOkResponse({ type: MeView })
  async me(@Req() request: object): Promise<MeView> {
    const { principal, context } = requestState(request);
    if (principal === null) throw new UnauthenticatedError();
    return {
      principal: await this.view(principal),
      tenant: context && {
        id: context.tenant.id,
        slug: context.tenant.slug,
        tier: context.tenant.tier,
        features: context.tenant.getEffectiveLimits().features,
      },
      resolvedVia: context && context.resolvedVia,
    };
  }

  private async view(principal: Principal): Promise<PrincipalView> {
    const { type, id } = principal;
    if (principal.type === 'api-key') return { type, id, scopes: principal.scopes };
    const account = await this.accounts.find(personId(principal));
    if (account === null) throw new UnauthenticatedError();
    return { type, id, email: account.email, role: principal.role };
  }
}
