import type { Scope, TenantRole } from '@financeops/core/http';

/** Who is calling, once the credential has been verified. Ids are 24-hex ObjectIds. */
export type Principal =
  | { type: 'user'; id: string; tenantId: string; role: TenantRole }
  | { type: 'api-key'; id: string; tenantId: string; scopes: readonly Scope[] }
  | { type: 'super-admin'; id: string; role: 'SUPER_ADMIN' };
