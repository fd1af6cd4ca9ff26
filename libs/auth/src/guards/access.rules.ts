import { DomainError, ForbiddenError } from '@financeops/core/errors';
import type { AccessRule } from '@financeops/core/http';
import type { Principal } from '@financeops/tenancy/context';

/** What decides about access; `features`: those in force for the tenant of the request, none without a tenant. */
export interface AccessQuestion {
  rule: AccessRule | undefined;
  principal: Principal | null;
  feature: string | undefined;
  features: readonly string[];
}

const lacksFeature = (feature: string): DomainError =>
  new DomainError('feature-not-in-tier', `This needs the feature ${feature}, which the tenant's tier lacks.`);

const allowsKey = (rule: AccessRule & { kind: 'tenant' }, scopes: readonly string[]): boolean =>
  rule.anyKey || (rule.scope !== null && scopes.includes(rule.scope));

const roleRefusal = (rule: AccessRule, principal: Principal): DomainError | null => {
  if (rule.kind === 'super-admin') {
    return principal.type === 'super-admin'
      ? null
      : new ForbiddenError('Only the operator of the platform may do this.');
  }
  if (rule.kind !== 'tenant') return null;
  if (principal.type === 'api-key') {
    return allowsKey(rule, principal.scopes)
      ? null
      : new ForbiddenError(
          rule.scope === null
            ? 'No API key may do this: it takes a user.'
            : `This needs an API key with the scope ${rule.scope}.`,
        );
  }
  return principal.type === 'user' && rule.roles.includes(principal.role)
    ? null
    : new ForbiddenError(`This needs the role ${rule.roles.join(' or ')}.`);
};

/** Why the request is refused, or `null`. Role and scope come before the tier; a route without a rule admits nobody. */
export const accessRefusal = ({ rule, principal, feature, features }: AccessQuestion): DomainError | null => {
  if (rule === undefined) return new ForbiddenError('Nobody may do this.');
  if (rule.kind !== 'operator' && rule.kind !== 'public') {
    if (principal === null) return new ForbiddenError('This needs a principal.');
    const refusal = roleRefusal(rule, principal);
    if (refusal !== null) return refusal;
    // Keys outlive a downgrade, unusable until the tenant has the feature again.
    if (principal.type === 'api-key' && !features.includes('api_access')) return lacksFeature('api_access');
  }
  return feature === undefined || features.includes(feature) ? null : lacksFeature(feature);
};
