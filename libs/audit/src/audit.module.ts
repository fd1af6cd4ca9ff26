import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { IsolationAudit } from '@financeops/data-access/isolation';
import { TenantContextModule } from '@financeops/tenancy/context';
import { ResolutionAudit } from '@financeops/tenancy/resolution';
import { AdminAuditEventsController } from './admin-audit-events.controller';
import { AuditEvent, AuditEventSchema } from './audit-event.schema';
import { AuditEventsController } from './audit-events.controller';
import { AuditLog } from './audit-log';
import { AuditReader } from './audit-reader';
import { BackgroundAudit } from './background-audit';
import { AuditLogIsolationAudit } from './isolation-audit.adapter';
import { LostEvents } from './lost-events';
import { RefusalAudit } from './refusal-audit';
import { AuditLogResolutionAudit } from './resolution-audit.adapter';

/** The log, and the ports of the libraries below that write to it. */
@Module({
  imports: [
    TenantContextModule,
    MongooseModule.forFeature([{ name: AuditEvent.name, schema: AuditEventSchema }]),
  ],
  controllers: [AuditEventsController, AdminAuditEventsController],
  providers: [
    AuditLog,
    AuditReader,
    BackgroundAudit,
    LostEvents,
    RefusalAudit,
    { provide: IsolationAudit, useClass: AuditLogIsolationAudit },
    { provide: ResolutionAudit, useClass: AuditLogResolutionAudit },
  ],
  exports: [AuditLog, BackgroundAudit, RefusalAudit, IsolationAudit, ResolutionAudit],
})
export class AuditModule {}
