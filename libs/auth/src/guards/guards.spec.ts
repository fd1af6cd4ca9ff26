import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { UnauthenticatedError } from '@financeops/core/errors';
import { AnyPrincipal, AnyRole, OperatorRoute, Public, RequireFeature, Roles } from '@financeops/core/http';
import {
  ResolvedTenant,
  setRequestState,
  type Principal,
  type RequestState,
  type Scope,
  type Tier,
} from '@financeops/tenancy/context';
import { ResolutionAudit, type ResolutionEvent } from '@financeops/tenancy/resolution';
import { AccessGuard } from './access.guard';
import { AuthenticationGuard } from './authentication.guard';

class Routes {
  @OperatorRoute() health() {}
  @Public('none') refresh() {}
  @Public('optional') login() {}
  @AnyPrincipal() me() {}
  @Roles('ADMIN') users() {}
  @Roles('ADMIN', { scope: 'payments:write' }) pay() {}
  @AnyRole('payments:read') list() {}
  @AnyRole() usage() {}
  @AnyRole() @RequireFeature('analytics') analytics() {}
  @Roles('SUPER_ADMIN') tenants() {}
  undeclared() {}
}
type Route = Exclude<keyof Routes, symbol>;

const TENANT = 'b'.repeat(24);
const user = (role: 'ADMIN' | 'VIEWER'): Principal => ({
  type: 'user',
  id: 'a'.repeat(24),
  tenantId: TENANT,
  role,
});
const key = (...scopes: Scope[]): Principal => ({
  type: 'api-key',
  id: 'd'.repeat(24),
  tenantId: TENANT,
  scopes,
});
const operator: Principal = { type: 'super-admin', id: 'c'.repeat(24), role: 'SUPER_ADMIN' };

const tenantOf = (tier: Tier): ResolvedTenant =>
  new ResolvedTenant({
    id: TENANT,
    slug: 'bank',
    name: 'Bank',
    tier,
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [],
    overrides: null,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  });

const calling = (
  route: Route,
  principal: Principal | null,
  more: Partial<RequestState> = {},
  tier: Tier = 'ENTERPRISE',
) => {
  const request = {};
  const context =
    principal === null || principal.type === 'super-admin'
      ? null
      : { tenant: tenantOf(tier), resolvedVia: 'jwt' as const, resolvedAt: 0 };
  setRequestState(request, {
    principal,
    credentialError: null,
    context,
    tenantError: null,
    claims: {},
    ...more,
  });
  return {
    getHandler: () => Routes.prototype[route],
    getClass: () => Routes,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
};

const reflector = new Reflector();
const recorded: ResolutionEvent[] = [];
class Recording extends ResolutionAudit {
  record(event: ResolutionEvent): Promise<void> {
    recorded.push(event);
    return Promise.resolve();
  }
}
const authentication = new AuthenticationGuard(reflector, new Recording());
const access = new AccessGuard(reflector);

describe('Without a credential', () => {
  it.each<Route>(['health', 'refresh', 'login'])('%s can be called', (route) => {
    expect(authentication.canActivate(calling(route, null))).toBe(true);
    expect(access.canActivate(calling(route, null))).toBe(true);
  });

  it.each<Route>(['me', 'users', 'pay', 'list', 'usage', 'tenants', 'undeclared'])('%s is a 401', (route) => {
    expect(() => authentication.canActivate(calling(route, null))).toThrow(UnauthenticatedError);
    expect(() => access.canActivate(calling(route, null))).toThrow();
  });
});

describe('With an invalid credential', () => {
  const credentialError = new UnauthenticatedError('not valid');

  it.each<Route>(['login', 'me', 'users', 'undeclared'])('%s is that 401', (route) => {
    expect(() => authentication.canActivate(calling(route, null, { credentialError }))).toThrow(
      credentialError,
    );
  });

  it('that another tenant was named beside is that 401, on record in the log of its own tenant', async () => {
    const principal: Principal = {
      type: 'api-key',
      id: 'k'.repeat(24),
      tenantId: 't'.repeat(24),
      scopes: [],
    };
    const contradicted = { principal, tenant: tenantOf('ENTERPRISE') };
    const claims = { header: 'bank-b' };
    const refused = authentication.canActivate(
      calling('me', null, { credentialError, contradicted, claims }),
    );
    await expect(refused).rejects.toBe(credentialError);
    expect(recorded).toMatchObject([
      { action: 'tenant.mismatch', tenantId: principal.tenantId, actor: principal, details: claims },
    ]);
  });

  it.each<Route>(['health', 'refresh'])('%s can be called, as it reads none', (route) => {
    expect(authentication.canActivate(calling(route, null, { credentialError }))).toBe(true);
  });
});

describe('Access', () => {
  const admits = (route: Route, principal: Principal, tier?: Tier): string => {
    try {
      access.canActivate(calling(route, principal, {}, tier));
      return 'yes';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it.each<[Route, Record<string, string>]>([
    ['me', { admin: 'yes', viewer: 'yes', bare: 'yes', read: 'yes', write: 'yes', operator: 'yes' }],
    [
      'users',
      {
        admin: 'yes',
        viewer: 'forbidden',
        bare: 'forbidden',
        read: 'forbidden',
        write: 'forbidden',
        operator: 'forbidden',
      },
    ],
    [
      'pay',
      {
        admin: 'yes',
        viewer: 'forbidden',
        bare: 'forbidden',
        read: 'forbidden',
        write: 'yes',
        operator: 'forbidden',
      },
    ],
    [
      'list',
      {
        admin: 'yes',
        viewer: 'yes',
        bare: 'forbidden',
        read: 'yes',
        write: 'forbidden',
        operator: 'forbidden',
      },
    ],
    ['usage', { admin: 'yes', viewer: 'yes', bare: 'yes', read: 'yes', write: 'yes', operator: 'forbidden' }],
    [
      'tenants',
      {
        admin: 'forbidden',
        viewer: 'forbidden',
        bare: 'forbidden',
        read: 'forbidden',
        write: 'forbidden',
        operator: 'yes',
      },
    ],
    [
      'undeclared',
      {
        admin: 'forbidden',
        viewer: 'forbidden',
        bare: 'forbidden',
        read: 'forbidden',
        write: 'forbidden',
        operator: 'forbidden',
      },
    ],
  ])('to %s', (route, expected) => {
    expect({
      admin: admits(route, user('ADMIN')),
      viewer: admits(route, user('VIEWER')),
      bare: admits(route, key()),
      read: admits(route, key('payments:read')),
      write: admits(route, key('payments:write')),
      operator: admits(route, operator),
    }).toEqual(expected);
  });

  it('of a key ends with the api_access of its tenant, on every route', () => {
    for (const route of ['me', 'list', 'usage'] as const) {
      expect(admits(route, key('payments:read'), 'PROFESSIONAL')).toBe('feature-not-in-tier');
      expect(admits(route, user('ADMIN'), 'PROFESSIONAL')).toBe('yes');
    }
  });

  it('to a feature needs a tier that has it', () => {
    expect(admits('analytics', user('VIEWER'), 'PROFESSIONAL')).toBe('yes');
    expect(admits('analytics', user('VIEWER'), 'STARTER')).toBe('feature-not-in-tier');
  });
});
