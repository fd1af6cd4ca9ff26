import type { NewAuditEvent } from './audit-event';
import type { AuditEvent } from './audit-event.schema';

/** An event as clients see it. */
export interface AuditEventView extends Required<NewAuditEvent> {
  /** 24-hex. */
  id: string;
  /** RFC 3339. */
  at: string;
}

export const auditEventView = (event: AuditEvent): AuditEventView => ({
  id: event._id.toString(),
  tenantId: event.tenantId?.toString() ?? null,
  at: event.at.toISOString(),
  action: event.action,
  outcome: event.outcome,
  actor: event.actor,
  resource: event.resource,
  requestId: event.requestId,
  details: event.details,
});
