import type { Principal } from '@financeops/tenancy/context';

export const AUDIT_ACTIONS = [
  'auth.login',
  'auth.login-failed',
  'tenant.mismatch',
  'tenant.resolution-failed',
  'isolation.violation',
  'isolation.bypass',
  'rate-limit.refused',
  'quota.refused',
  'usage.threshold',
  'user.created',
  'user.updated',
  'user.deleted',
  'user.read',
  'api-key.created',
  'api-key.rolled',
  'api-key.revoked',
  'tenant.updated',
  'payment.read',
  'payment.updated',
  'payment.deleted',
  'payment.restored',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];
export type AuditOutcome = 'allowed' | 'denied';

/** Who did it: a principal, or the platform itself, or somebody who never said who. */
export interface AuditActor {
  type: Principal['type'] | 'anonymous' | 'system';
  /** 24-hex; `null` for anonymous and system. */
  id: string | null;
}

export interface AuditResource {
  type: string;
  id: string;
  /** The user or key that it belongs to, where it belongs to one. */
  ownerId: string | null;
}

export interface NewAuditEvent {
  /** In whose log it stands; `null` is the platform's own. */
  tenantId: string | null;
  action: AuditAction;
  outcome: AuditOutcome;
  actor: AuditActor;
  resource?: AuditResource | null;
  requestId: string | null;
  /** Plain JSON: ids, names of fields, reasons. Never a secret, never a person's data. */
  details?: Record<string, unknown>;
}

export const actorOf = (principal: Principal | null): AuditActor =>
  principal === null ? { type: 'anonymous', id: null } : { type: principal.type, id: principal.id };
