import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnyRole, ObjectIdPipe, PageQuery, RequireFeature, Roles } from '@financeops/core/http';
import { ApiProblems, Caller, readIdempotencyKey } from '@financeops/payments/feature';
import type { Principal } from '@financeops/tenancy/context';
import { BulkQueries } from '../report/bulk-queries.service';
import { BulkPaymentPageView, BulkPaymentView, bulkPaymentView } from '../report/bulk.view';
import { BulkItemPageView } from '../report/item.view';
import { BulkUploadService } from '../upload/bulk-upload.service';
import { BulkUploadQuery } from './dto/bulk-upload.query';
import { ListItemsQuery } from './dto/list-items.query';
import { bytesOf, FILE_MEDIA_TYPES, FILE_ROUTE, readerOf } from './file-reader';

const ID = { name: 'id', schema: { type: 'string', pattern: '^[0-9a-f]{24}$' } } as const;
const LOCATION = {
  Location: { description: 'Path of the bulk payment', schema: { type: 'string' as const } },
};

@ApiTags('bulk payments')
@ApiBearerAuth('bearer')
@ApiSecurity('apiKey')
@ApiProblems('unauthenticated', 'tenant-required', 'forbidden', 'feature-not-in-tier', 'rate-limited')
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
    summary: 'Sends a payment file',
    description:
      'ISO 20022 pain.001 (.03, .09, .11), CSV or NDJSON. It is checked as it streams in and answered when all of it is ' +
      'stored; its lines are then paid in the background. The same bytes again are the same bulk payment (200).',
  })
  @ApiConsumes(...FILE_MEDIA_TYPES)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: '1 to 255 printable ASCII characters. Not needed: the file itself is the key.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
  })
  @ApiAcceptedResponse({ type: BulkPaymentView, headers: LOCATION })
  @ApiOkResponse({
    type: BulkPaymentView,
    description: 'The file was sent before',
    headers: { ...LOCATION, 'Idempotency-Replayed': { schema: { type: 'string' } } },
  })
  @ApiProblems('validation-failed', 'bad-request', 'conflict', 'payload-too-large', 'unsupported-media-type')
  @ApiProblems('idempotency-key-reused')
  @ApiProblems('rate-limited', 'quota-exceeded')
  async send(
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
  @ApiOperation({ summary: 'Lists bulk payments, newest first' })
  @ApiOkResponse({ type: BulkPaymentPageView })
  @ApiProblems('validation-failed')
  list(@Query() { limit, cursor }: PageQuery): Promise<BulkPaymentPageView> {
    return this.queries.list(limit, cursor);
  }

  @Get(':id')
  @AnyRole('payments:read')
  @ApiOperation({ summary: 'A bulk payment and its progress' })
  @ApiParam(ID)
  @ApiOkResponse({ type: BulkPaymentView })
  @ApiProblems('not-found')
  async get(@Param('id', ObjectIdPipe) id: string): Promise<BulkPaymentView> {
    return bulkPaymentView(await this.queries.find(id));
  }

  @Get(':id/items')
  @AnyRole('payments:read')
  @ApiOperation({ summary: 'Its lines, in the order of the file' })
  @ApiParam(ID)
  @ApiOkResponse({ type: BulkItemPageView })
  @ApiProblems('validation-failed', 'not-found')
  items(
    @Param('id', ObjectIdPipe) id: string,
    @Query() { status, limit, cursor }: ListItemsQuery,
  ): Promise<BulkItemPageView> {
    return this.queries.items(id, status, limit, cursor);
  }
}
