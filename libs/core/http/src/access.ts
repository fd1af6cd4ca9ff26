import { SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { ExecutionContext } from '@nestjs/common';
import type { Feature, Role, Scope, TenantRole } from './access-names';

/**
 * Who may call a route. Every route declares exactly one rule; one without fails the boot.
 * - operator: health, metrics, docs: no tenant, no limit, any host
 * - public: no credential needed (login, branding)
 * - any: any verified principal, with or without a tenant (GET /v1/me)
 * - tenant: a principal of the tenant, narrowed by roles and scopes
 * - super-admin
 */
export type AccessRule =
  | { kind: 'operator' }
  | { kind: 'public'; tenant: 'required' | 'optional' | 'none' }
  | { kind: 'any' }
  | { kind: 'tenant'; roles: readonly TenantRole[]; scope: Scope | null; anyKey: boolean }
  | { kind: 'super-admin' };

const ACCESS = 'financeops:access';
const FEATURE = 'financeops:feature';

/** Health, metrics, docs: outside of tenancy and limits. */
export const OperatorRoute = () => SetMetadata(ACCESS, { kind: 'operator' } satisfies AccessRule);

/**
 * No credential needed. `tenant`: 'required' takes it from header or host and refuses without; 'optional' (login: a
 * super-admin names none); 'none' leaves resolution to the handler (refresh: the token names it).
 */
export const Public = (tenant: 'required' | 'optional' | 'none') =>
  SetMetadata(ACCESS, { kind: 'public', tenant } satisfies AccessRule);

/** Any verified principal. */
export const AnyPrincipal = () => SetMetadata(ACCESS, { kind: 'any' } satisfies AccessRule);

/**
 * `@Roles('ADMIN')`: users of that role. `@Roles('SUPER_ADMIN')`: the operator's people.
 * `@Roles('ADMIN', { scope: 'payments:write' })`: also API keys with that scope.
 */
export const Roles = (role: Role, options: { scope?: Scope } = {}) => {
  const rule: AccessRule =
    role === 'SUPER_ADMIN'
      ? { kind: 'super-admin' }
      : { kind: 'tenant', roles: [role], scope: options.scope ?? null, anyKey: false };
  return SetMetadata(ACCESS, rule);
};

/** Any user of the tenant; API keys with `scope`, or any key where none is given. */
export const AnyRole = (scope: Scope | null = null) =>
  SetMetadata(ACCESS, {
    kind: 'tenant',
    roles: ['ADMIN', 'VIEWER'],
    scope,
    anyKey: scope === null,
  } satisfies AccessRule);

/** The route needs a feature of the tenant's tier (or overrides). */
export const RequireFeature = (feature: Feature) => SetMetadata(FEATURE, feature);

type Target = Parameters<Reflector['get']>[1];

export const accessRuleOf = (
  reflector: Reflector,
  handler: Target,
  controller: Target,
): AccessRule | undefined =>
  reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [handler, controller]);

interface Access {
  rule: AccessRule | undefined;
  feature: Feature | undefined;
}

/** Decorators never change, so what those of a route say is read once. */
const known = new WeakMap<Target, WeakMap<Target, Access>>();

const accessOf = (reflector: Reflector, context: ExecutionContext): Access => {
  const [handler, controller] = [context.getHandler(), context.getClass()];
  let routes = known.get(controller);
  if (routes === undefined) known.set(controller, (routes = new WeakMap()));
  let access = routes.get(handler);
  if (access === undefined) {
    const rule = accessRuleOf(reflector, handler, controller);
    access = {
      rule,
      feature: reflector.getAllAndOverride<Feature | undefined>(FEATURE, [handler, controller]),
    };
    routes.set(handler, access);
  }
  return access;
};

export const accessRule = (reflector: Reflector, context: ExecutionContext): AccessRule | undefined =>
  accessOf(reflector, context).rule;

export const requiredFeature = (reflector: Reflector, context: ExecutionContext): Feature | undefined =>
  accessOf(reflector, context).feature;
