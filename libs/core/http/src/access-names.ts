/** Names that access rules are made of, so that a wrong one does not compile. */
export type TenantRole = 'ADMIN' | 'VIEWER';
export type Role = TenantRole | 'SUPER_ADMIN';

/** What an API key may do. */
export const SCOPES = ['payments:read', 'payments:write'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a tier includes; `TIER_TABLE` says which tier includes what. */
export const FEATURES = [
  'payments',
  'bulk_payments',
  'analytics',
  'custom_workflows',
  'white_label',
  'api_access',
] as const;
export type Feature = (typeof FEATURES)[number];
