import type { NewAuditEvent } from './audit-event';
import type { AuditEvent } from './audit-event.schema';

/** An event as clients see it. */
export interface AuditEventView extends Required<NewAuditEvent> {
  /** 24-hex. */
  id: string;
  /** RFC 3339. */
  at: string;
  /** Its place in the chain and the hashes that hold it there; null for a second or so. */
  seq: number | null;
  prevHash: string | null;
  hash: string | null;
}

export const auditEventView = (event: AuditEvent): AuditEventView => ({
  id: event._id.toString(),
  tenantId: event.tenantId?.toString() ?? null,
  seq: event.seq ?? null,
  at: event.at.toISOString(),
  action: event.action,
  outcome: event.outcome,
  actor: event.actor,
  resource: event.resource,
  requestId: event.requestId,
  details: event.details,
  prevHash: event.prevHash ?? null,
  hash: event.hash ?? null,
});
