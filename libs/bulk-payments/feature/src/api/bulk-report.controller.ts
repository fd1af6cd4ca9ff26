import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnyRole, ApiProblems, ObjectIdPipe, RequireFeature } from '@financeops/core/http';
import { BulkReports } from '../report/bulk-reports.service';
import { BulkReportView } from '../report/item.view';
import { FILE_ROUTE } from './file-reader';
import { acceptableReports } from './report-media-type.rules';

@ApiTags('Bulk payments')
@RequireFeature('bulk_payments')
@Controller(FILE_ROUTE.slice(1))
export class BulkReportController {
  constructor(private readonly reports: BulkReports) {}

  @Get(':id/report')
  @AnyRole('payments:read')
  @ApiOperation({
    operationId: 'getBulkPaymentReport',
    summary: 'Get the report of a bulk payment',
    description:
      'As application/json: the bulk payment with all `items`. As application/xml, for a pain.001 only: the pain.002 of the ' +
      'matching version.',
  })
  @ApiExtraModels(BulkReportView)
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(BulkReportView) } },
      'application/xml': { schema: { type: 'string' } },
    },
  })
  @ApiProblems('not-acceptable')
  async report(
    @Param('id', ObjectIdPipe) id: string,
    @Req() request: FastifyRequest,
    @Res() response: FastifyReply,
  ): Promise<void> {
    const wanted = acceptableReports(request.headers.accept);
    const { type, body } = await this.reports.create(id, wanted);
    await response.type(type).send(body);
  }
}
