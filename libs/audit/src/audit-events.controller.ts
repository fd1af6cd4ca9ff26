import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles, type Page } from '@financeops/core/http';
import { TenantContextService } from '@financeops/tenancy/context';
import type { AuditEventView } from './audit-event.view';
import { AuditReader } from './audit-reader';
import { AuditVerifier, type VerificationResult } from './chain/audit-verifier';
import { AuditEventsReply, AuditVerdictReply } from './dto/audit-event.reply';
import { AuditEventsQuery, filtersOf } from './dto/audit-events.query';

@ApiTags('Audit log')
@Controller('v1/audit-events')
export class AuditEventsController {
  constructor(
    private readonly reader: AuditReader,
    private readonly contexts: TenantContextService,
    private readonly verifier: AuditVerifier,
  ) {}

  @Get()
  @Roles('ADMIN')
  @ApiOperation({
    operationId: 'listAuditEvents',
    summary: 'List audit events',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: AuditEventsReply })
  list(@Query() query: AuditEventsQuery): Promise<Page<AuditEventView>> {
    return this.reader.find({ tenantId: this.contexts.getTenantId() }, filtersOf(query), query);
  }

  @Get('verify')
  @Roles('ADMIN')
  @ApiOperation({
    operationId: 'verifyAuditLog',
    summary: 'Verify the audit log',
    description: 'Returns the first event that was altered, is missing or is out of order.',
  })
  @ApiOkResponse({ type: AuditVerdictReply })
  verify(): Promise<VerificationResult> {
    return this.verifier.verify(this.contexts.getTenantId());
  }
}
