import { Controller, Get, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UnauthenticatedError } from '@financeops/core/errors';
import { AnyPrincipal } from '@financeops/core/http';
import { Caller, requestState, type Principal } from '@financeops/tenancy/context';
import { userKeyOf } from '../accounts/user-record.store';
import { UserCache } from '../accounts/user-cache';
import { MeView, type PrincipalView } from './dto/me.view';

type UserPrincipal = Exclude<Principal, { type: 'api-key' }>;

@ApiTags('Authentication')
@Controller('v1/me')
export class MeController {
  constructor(private readonly accounts: UserCache) {}

  @Get()
  @AnyPrincipal()
  @ApiOperation({
    operationId: 'getMe',
    summary: 'Get the caller',
    description: 'The principal of the credential, and its tenant.',
  })
  @ApiOkResponse({ type: MeView })
  async me(@Caller() principal: Principal, @Req() request: object): Promise<MeView> {
    const { context } = requestState(request);
    const { type, id } = principal;
    const view: PrincipalView =
      principal.type === 'api-key'
        ? { type, id, scopes: principal.scopes }
        : {
            type,
            id,
            email: this.emailOf(principal) ?? (await this.readEmail(principal)),
            role: principal.role,
          };
    return {
      principal: view,
      tenant: context && {
        id: context.tenant.id,
        slug: context.tenant.slug,
        tier: context.tenant.tier,
        features: context.tenant.getEffectiveLimits().features,
      },
      resolvedVia: context && context.resolvedVia,
    };
  }

  /** Nearly always known, for the credential has just been checked against the account: then nothing waits. */
  private emailOf(person: UserPrincipal): string | undefined {
    return this.accounts.peek(userKeyOf(person))?.email;
  }

  private async readEmail(person: UserPrincipal): Promise<string> {
    const account = await this.accounts.find(userKeyOf(person));
    if (account === null) throw new UnauthenticatedError();
    return account.email;
  }
}
