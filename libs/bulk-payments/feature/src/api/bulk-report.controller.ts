import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnyRole, ObjectIdPipe, RequireFeature } from '@financeops/core/http';
import { ApiProblems } from '@financeops/payments/feature';
import { BulkReports } from '../report/bulk-reports.service';
import { FILE_ROUTE } from './file-reader';
import { acceptableReports } from './report-media-type.rules';

@ApiTags('bulk payments')
@ApiBearerAuth('bearer')
@ApiSecurity('apiKey')
@ApiProblems('unauthenticated', 'tenant-required', 'forbidden', 'feature-not-in-tier', 'rate-limited')
@RequireFeature('bulk_payments')
@Controller(FILE_ROUTE.slice(1))
export class BulkReportController {
  constructor(private readonly reports: BulkReports) {}

  @Get(':id/report')
  @AnyRole('payments:read')
  @ApiOperation({
    summary: 'The whole answer to a file',
    description:
      'application/json: the bulk payment with all `items`. application/xml, of a pain.001: a pain.002 of the version that ' +
      'belongs to it.',
  })
  @ApiParam({ name: 'id', schema: { type: 'string', pattern: '^[0-9a-f]{24}$' } })
  @ApiProduces('application/json', 'application/xml')
  @ApiOkResponse({ schema: { type: 'object' } })
  @ApiProblems('not-found', 'not-acceptable')
  async report(
    @Param('id', ObjectIdPipe) id: string,
    @Req() request: FastifyRequest,
    @Res() response: FastifyReply,
  ): Promise<void> {
    const wanted = acceptableReports(request.headers.accept);
    const { type, body } = await this.reports.of(id, wanted);
    await response.type(type).send(body);
  }
}
