import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { UnauthenticatedError } from '@financeops/core/errors';
import type { Principal } from './principal';
import { requestState } from './request-state';

/** The verified principal of the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = requestState(context.switchToHttp().getRequest<object>());
  if (principal === null) throw new UnauthenticatedError();
  return principal;
});
