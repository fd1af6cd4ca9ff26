import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { IsolationAudit } from '@financeops/data-access/isolation';
import { TenantContextModule } from '@financeops/tenancy/context';
import { ResolutionAudit } from '@financeops/tenancy/resolution';
import { AuditEvent, AuditEventSchema } from './audit-event.schema';
import { AuditLog } from './audit-log';
import { AuditReader } from './audit-reader';
import { BackgroundAudit } from './background-audit';
import { AuditChain } from './chain/audit-chain';
import { AuditHead, AuditHeadSchema } from './chain/audit-head.schema';
import { AuditSequencer } from './chain/audit-sequencer';
import { AuditVerifier } from './chain/audit-verifier';
import { ChainKey } from './chain/chain-key';
import { ChainMarks } from './chain/chain-marks';
import { AuditLogIsolationAudit } from './isolation-audit.adapter';
import { LostEvents } from './lost-events';
import { RefusalAudit } from './refusal-audit';
import { AuditLogResolutionAudit } from './resolution-audit.adapter';

/** The log without routes, and the ports through which the libraries below write to it: for every process. */
@Module({
  imports: [
    TenantContextModule,
    MongooseModule.forFeature([
      { name: AuditEvent.name, schema: AuditEventSchema },
      { name: AuditHead.name, schema: AuditHeadSchema },
    ]),
  ],
  providers: [
    AuditLog,
    AuditReader,
    BackgroundAudit,
    LostEvents,
    RefusalAudit,
    ChainKey,
    ChainMarks,
    AuditChain,
    AuditSequencer,
    AuditVerifier,
    { provide: IsolationAudit, useClass: AuditLogIsolationAudit },
    { provide: ResolutionAudit, useClass: AuditLogResolutionAudit },
  ],
  exports: [
    AuditLog,
    AuditReader,
    AuditVerifier,
    BackgroundAudit,
    RefusalAudit,
    IsolationAudit,
    ResolutionAudit,
  ],
})
export class AuditModule {}
