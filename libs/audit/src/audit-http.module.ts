import { Module } from '@nestjs/common';
import { AdminAuditEventsController } from './admin-audit-events.controller';
import { AuditEventsController } from './audit-events.controller';
import { AuditModule } from './audit.module';

/** The routes of the audit log: for the API. */
@Module({ imports: [AuditModule], controllers: [AuditEventsController, AdminAuditEventsController] })
export class AuditHttpModule {}
