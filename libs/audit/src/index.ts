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
export { AuditHttpModule } from './audit-http.module';
export { AuditModule } from './audit.module';
export { RefusalAudit } from './refusal-audit';
