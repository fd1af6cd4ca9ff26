export {
  actorOf,
  type AuditAction,
  type AuditActor,
  type AuditResource,
  type NewAuditEvent,
} from './audit-event';
export { AuditLog } from './audit-log';
export { AuditVerifier } from './chain/audit-verifier';
export { BackgroundAudit } from './background-audit';
export { AuditModule } from './audit.module';
export { RefusalAudit } from './refusal-audit';
