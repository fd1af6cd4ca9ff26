import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnyRole, ApiProblems, ObjectIdPipe, PageQuery, RequireFeature, Roles } from '@financeops/core/http';
import { readIdempotencyKey } from '@financeops/idempotency';
import { Caller, type Principal } from '@financeops/tenancy/context';
import { BulkQueries } from '../report/bulk-queries.service';
import { BulkPaymentPageView, BulkPaymentView, bulkPaymentView } from '../report/bulk.view';
import { BulkItemPageView } from '../report/item.view';
import { BulkUploadService } from '../upload/bulk-upload.service';
import { BulkUploadQuery } from './dto/bulk-upload.query';
import { ListItemsQuery } from './dto/list-items.query';
import { bytesOf, FILE_ROUTE, readerOf } from './file-reader';
import { UPLOAD_BODY } from './upload-body';

const LOCATION = {
  Location: { description: 'Path of the bulk payment', schema: { type: 'string' as const } },
};

@ApiTags('Bulk payments')
@RequireFeature('bulk_payments')
@Controller(FILE_ROUTE.slice(1))
export class BulkPaymentsController {
  constructor(
    private readonly uploads: BulkUploadService,
    private readonly queries: BulkQueries,
  ) {}

  @Post()
  @HttpCode(202)
  @Roles('ADMIN', { scope: 'payments:write' })
  @ApiOperation({
    operationId: 'uploadBulkPayment',
    summary: 'Upload a payment file',
    requestBody: UPLOAD_BODY,
    description:
      'ISO 20022 pain.001 (.03, .09, .11), CSV or NDJSON. The reply comes when the file is checked and stored; its lines ' +
      'are paid in the background. Uploading the same bytes again returns the same bulk payment (200).',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: '1 to 255 printable ASCII characters. Not needed: the bytes of the file are the key.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
  })
  @ApiAcceptedResponse({ type: BulkPaymentView, headers: LOCATION })
  @ApiOkResponse({
    type: BulkPaymentView,
    description: 'The file was uploaded before',
    headers: { ...LOCATION, 'Idempotency-Replayed': { schema: { type: 'string' } } },
  })
  @ApiProblems('conflict', 'payload-too-large', 'idempotency-key-reused', 'quota-exceeded')
  async upload(
    @Query() query: BulkUploadQuery,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<BulkPaymentView> {
    const reader = readerOf(request, query);
    const { mode, currency, map } = query;
    const { batch, replayed } = await this.uploads.receive(
      {
        file: bytesOf(request),
        reader,
        mode,
        options: JSON.stringify({ mode, currency: currency ?? null, map: map ?? null }),
        idempotencyKey: readIdempotencyKey(request.raw),
      },
      caller,
    );
    if (replayed) void response.status(200).header('idempotency-replayed', 'true');
    void response.header('location', `${FILE_ROUTE}/${batch._id.toHexString()}`);
    return bulkPaymentView(batch);
  }

  @Get()
  @AnyRole('payments:read')
  @ApiOperation({
    operationId: 'listBulkPayments',
    summary: 'List bulk payments',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: BulkPaymentPageView })
  list(@Query() { limit, cursor }: PageQuery): Promise<BulkPaymentPageView> {
    return this.queries.list(limit, cursor);
  }

  @Get(':id')
  @AnyRole('payments:read')
  @ApiOperation({ operationId: 'getBulkPayment', summary: 'Get a bulk payment and its progress' })
  @ApiOkResponse({ type: BulkPaymentView })
  async get(@Param('id', ObjectIdPipe) id: string): Promise<BulkPaymentView> {
    return bulkPaymentView(await this.queries.find(id));
  }

  @Get(':id/items')
  @AnyRole('payments:read')
  @ApiOperation({
    operationId: 'listBulkPaymentItems',
    summary: 'List the lines of a bulk payment',
    description: 'In the order of the file.',
  })
  @ApiOkResponse({ type: BulkItemPageView })
  items(
    @Param('id', ObjectIdPipe) id: string,
    @Query() { status, limit, cursor }: ListItemsQuery,
  ): Promise<BulkItemPageView> {
    return this.queries.items(id, status, limit, cursor);
  }
}
