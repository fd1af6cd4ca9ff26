import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles, type Page } from '@financeops/core/http';
import { BypassTenantIsolation } from '@financeops/data-access/isolation';
import type { AuditEventView } from './audit-event.view';
import { AuditReader } from './audit-reader';
import { AuditEventsReply } from './dto/audit-event.reply';
import { AdminAuditEventsQuery, filtersOf } from './dto/audit-events.query';

@ApiTags('Platform administration')
@Controller('v1/admin/audit-events')
export class AdminAuditEventsController {
  constructor(private readonly reader: AuditReader) {}

  @Get()
  @Roles('SUPER_ADMIN')
  @BypassTenantIsolation({ reason: "The operator reads the platform's audit log or a tenant's" })
  @ApiOperation({
    operationId: 'listPlatformAuditEvents',
    summary: 'List audit events of the platform or of a tenant',
    description: "Newest first. Without `tenantId`, the platform's own events.",
  })
  @ApiOkResponse({ type: AuditEventsReply })
  list(@Query() query: AdminAuditEventsQuery): Promise<Page<AuditEventView>> {
    const owner = query.tenantId === undefined ? 'platform' : { tenantId: query.tenantId.toLowerCase() };
    return this.reader.find(owner, filtersOf(query), query);
  }
}
