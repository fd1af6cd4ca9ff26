import { Reflector } from '@nestjs/core';
import { accessRuleOf, AnyRole, RequireFeature, Roles } from './access';

class Routes {
  @Roles('ADMIN', { scope: 'payments:write' })
  pay(): void {}

  @Roles('SUPER_ADMIN')
  tenants(): void {}

  @AnyRole()
  usage(): void {}
}

const ruleOf = (route: keyof Routes) => accessRuleOf(new Reflector(), Routes.prototype[route], Routes);

describe('An access rule', () => {
  it('says who may call a route', () => {
    expect(ruleOf('pay')).toEqual({
      kind: 'tenant',
      roles: ['ADMIN'],
      scope: 'payments:write',
      anyKey: false,
    });
    expect(ruleOf('tenants')).toEqual({ kind: 'super-admin' });
    expect(ruleOf('usage')).toEqual({
      kind: 'tenant',
      roles: ['ADMIN', 'VIEWER'],
      scope: null,
      anyKey: true,
    });
  });

  it('does not compile with a role, scope or feature that does not exist', () => {
    // @ts-expect-error: no such role
    Roles('ADMN');
    // @ts-expect-error: no such scope
    Roles('ADMIN', { scope: 'payments:wirte' });
    // @ts-expect-error: no such scope
    AnyRole('payments');
    // @ts-expect-error: no such feature
    RequireFeature('bulk');
    expect(RequireFeature('bulk_payments')).toBeInstanceOf(Function);
  });
});
