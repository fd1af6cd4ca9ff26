import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { DomainError } from '@financeops/core/errors';
import { AnyPrincipal, AnyRole, OperatorRoute, Public, Roles } from '@financeops/core/http';
import { setRequestState, type Principal, type RequestState } from '@financeops/tenancy/context';
import { bankA, keyOf, RecordingResolutionAudit, superAdmin, userOf } from './resolution.fixture';
import { TenantGuard } from './tenant.guard';

class Routes {
  @OperatorRoute() operator() {}
  @Public('none') publicWithout() {}
  @Public('optional') publicPerhaps() {}
  @Public('required') publicWith() {}
  @AnyPrincipal() any() {}
  @AnyRole() tenant() {}
  @Roles('SUPER_ADMIN') superAdmin() {}
  undeclared() {}
}
type Route = keyof Routes;

const nothing: RequestState = {
  principal: null,
  credentialError: null,
  context: null,
  tenantError: null,
  claims: {},
};
const ofTenant: RequestState = {
  ...nothing,
  context: { tenant: bankA, resolvedVia: 'header', resolvedAt: 0 },
};
const mismatch = new DomainError('tenant-mismatch', 'They differ.');
const unknown = new DomainError('tenant-not-found', 'Nobody.');

const audit = new RecordingResolutionAudit();
const guard = new TenantGuard(new Reflector(), audit);
const ask = async (route: Route, state: RequestState) => {
  const request = { id: 'req-1' };
  setRequestState(request, state);
  const handler = Routes.prototype[route];
  return guard.canActivate(new ExecutionContextHost([request], Routes, handler));
};

beforeEach(() => void audit.events.splice(0));

const NEED = ['tenant', 'publicWith'] as const;
const NEED_NOT = ['any', 'superAdmin', 'publicPerhaps'] as const;
const OUTSIDE = ['operator', 'publicWithout', 'undeclared'] as const;

describe('A route’s tenant', () => {
  it.each(NEED)('%s: is needed', async (route) => {
    await expect(ask(route, nothing)).rejects.toMatchObject({
      code: 'tenant-required',
      message: expect.stringMatching(/^Name a tenant: .*X-Tenant-ID/) as string,
    });
    expect(await ask(route, ofTenant)).toBe(true);
    expect(audit.events).toEqual([]);
  });

  it.each([...NEED_NOT, ...OUTSIDE])('%s: need not be there', async (route) => {
    expect(await ask(route, nothing)).toBe(true);
    expect(await ask(route, ofTenant)).toBe(true);
  });

  it.each(OUTSIDE)('%s: is none of its business, whatever was named', async (route) => {
    expect(await ask(route, { ...nothing, tenantError: mismatch })).toBe(true);
    expect(audit.events).toEqual([]);
  });

  it.each([...NEED, ...NEED_NOT])('%s: contradicted or unknown, is refused', async (route) => {
    await expect(ask(route, { ...nothing, tenantError: mismatch })).rejects.toBe(mismatch);
    await expect(ask(route, { ...nothing, tenantError: unknown })).rejects.toBe(unknown);
  });
});

describe('A refusal stands in the audit log', () => {
  it.each<[string, Principal | null, string | null]>([
    ['a user', userOf(bankA), bankA.id],
    ['a key', keyOf(bankA), bankA.id],
    ['a super-admin', superAdmin, null],
    ['nobody', null, null],
  ])('of %s', async (_case, principal, tenantId) => {
    const state = { ...nothing, principal, claims: { header: 'x' } };
    await expect(ask('tenant', { ...state, tenantError: mismatch })).rejects.toBe(mismatch);
    await expect(ask('tenant', { ...state, tenantError: unknown })).rejects.toBe(unknown);
    const common = { tenantId, actor: principal, requestId: 'req-1' };
    expect(audit.events).toEqual([
      { ...common, action: 'tenant.mismatch', details: { header: 'x', reason: 'tenant-mismatch' } },
      { ...common, action: 'tenant.resolution-failed', details: { header: 'x', reason: 'tenant-not-found' } },
    ]);
  });

  it('before it is answered', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    jest.spyOn(audit, 'record').mockReturnValueOnce(gate);
    let answered = false;
    const refusal = ask('tenant', { ...nothing, tenantError: mismatch }).catch(() => (answered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    release();
    await refusal;
    expect(answered).toBe(true);
  });
});
