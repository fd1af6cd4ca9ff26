import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessRuleOf } from '@financeops/core/http';
import { bypassReason } from './bypass-reason';

/** Finds the handlers that are declared to read across tenants. */
@Injectable()
export class BypassRoutes {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** Bypasses that others than super-admins could use, or that give no reason. */
  faults(): string[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        const reason = handler && bypassReason(this.reflector, handler);
        if (handler === undefined || reason === undefined) return [];
        const where = `${metatype.name}.${name}`;
        const rule = accessRuleOf(this.reflector, handler, metatype);
        return [
          ...(rule?.kind === 'super-admin'
            ? []
            : [`${where}: @BypassTenantIsolation works only together with @Roles('SUPER_ADMIN')`]),
          ...(reason.trim() === '' ? [`${where}: a bypass needs a reason`] : []),
        ];
      });
    });
  }
}
