import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AnyRole, OperatorRoute, Public, Roles } from '@financeops/core/http';
import { OperatorRoutesGuard } from './operator-routes.guard';

class Routes {
  @OperatorRoute()
  health(): void {}

  @AnyRole()
  usage(): void {}

  @Roles('SUPER_ADMIN')
  everybodysAudit(): void {}

  @Public('none')
  login(): void {}

  undeclared(): void {}
}

const reach = (route: keyof Routes): boolean => {
  const context = { getHandler: () => Routes.prototype[route], getClass: () => Routes };
  return new OperatorRoutesGuard(new Reflector()).canActivate(context as unknown as ExecutionContext);
};

describe('The worker', () => {
  it('answers the operator', () => expect(reach('health')).toBe(true));

  it.each(['usage', 'everybodysAudit', 'login', 'undeclared'] as const)('has no %s', (route) => {
    expect(() => reach(route)).toThrow(expect.objectContaining({ code: 'not-found' }) as Error);
  });
});
