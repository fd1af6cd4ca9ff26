import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { BypassInterceptor } from './bypass.interceptor';
import { BYPASS_REASON } from './bypass-reason';

/**
 * The route reads across tenants: `reason` says what for, and stands in the audit log before the first read. Works only
 * beside `@Roles('SUPER_ADMIN')` (the boot fails otherwise), on a method of a controller, until the handler has ended.
 */
export const BypassTenantIsolation = ({ reason }: { reason: string }): MethodDecorator =>
  applyDecorators(SetMetadata(BYPASS_REASON, reason), UseInterceptors(BypassInterceptor));
