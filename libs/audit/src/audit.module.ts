import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { IsolationAudit } from '@financeops/data-access/isolation';
import { ResolutionAudit } from '@financeops/tenancy/resolution';
import { AuditEvent, AuditEventSchema } from './audit-event.schema';
import { AuditLog } from './audit-log';
import { AuditLogIsolationAudit } from './isolation-audit.adapter';
import { RefusalAudit } from './refusal-audit';
import { AuditLogResolutionAudit } from './resolution-audit.adapter';

/** The log, and the ports of the libraries below that write to it. */
@Module({
  imports: [MongooseModule.forFeature([{ name: AuditEvent.name, schema: AuditEventSchema }])],
  providers: [
    AuditLog,
    RefusalAudit,
    { provide: IsolationAudit, useClass: AuditLogIsolationAudit },
    { provide: ResolutionAudit, useClass: AuditLogResolutionAudit },
  ],
  exports: [AuditLog, RefusalAudit, IsolationAudit, ResolutionAudit],
})
export class AuditModule {}
