import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ValidationError } from '@financeops/core/errors';
import { AnyRole, ObjectIdPipe, RequireFeature, Roles } from '@financeops/core/http';
import { metadataFaults, type Metadata } from '@financeops/payments/domain';
import type { Principal } from '@financeops/tenancy/context';
import { Keyed } from '../idempotency/idempotency-key';
import type { Answer } from '../idempotency/idempotency.service';
import type { KeyedRequest } from '../idempotency/idempotency.types';
import { PaymentView } from '../payment/payment.view';
import { PaymentsService } from '../payment/payments.service';
import { ApiProblems } from './api-problems.decorator';
import { Caller } from './caller.decorator';
import { CreatePaymentDto } from './dto/create-payment.dto';
import { ListPaymentsQuery } from './dto/list-payments.query';
import { PaymentPageView, PaymentStatsView } from './dto/payment-page.view';
import { PeriodQuery, toPeriod } from './dto/period.query';

const ID = { name: 'id', schema: { type: 'string', pattern: '^[0-9a-f]{24}$' } } as const;

const KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    '1 to 255 printable ASCII characters, of your making. A repetition with the same body gets the first outcome and ' +
    '`Idempotency-Replayed: true`. Kept for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
} as const;

const checkedMetadata = (metadata: Record<string, unknown> = {}): Metadata => {
  const faults = metadataFaults(metadata);
  if (faults.length > 0) throw new ValidationError(faults);
  return metadata as Metadata;
};

/** The answer's headers, and its body or its refusal. */
const deliver = <B extends object>(answer: Answer<B>, response: FastifyReply): B => {
  if (answer.replayed) void response.header('idempotency-replayed', 'true');
  if ('refusal' in answer) throw answer.refusal;
  if (answer.reply.location !== null) void response.header('location', answer.reply.location);
  return answer.reply.body;
};

@ApiTags('payments')
@ApiBearerAuth('bearer')
@ApiSecurity('apiKey')
@ApiProblems('unauthenticated', 'tenant-required', 'forbidden', 'feature-not-in-tier', 'rate-limited')
@RequireFeature('payments')
@Controller('v1/payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Post()
  @Roles('ADMIN', { scope: 'payments:write' })
  @ApiOperation({
    summary: 'Makes a payment',
    description:
      'Answers when the gateway has, after 10 s at most: COMPLETED, FAILED (declined) or PENDING (its outcome is not known).',
  })
  @ApiHeader(KEY)
  @ApiCreatedResponse({
    type: PaymentView,
    headers: {
      Location: { description: 'Path of the payment', schema: { type: 'string' } },
      'Idempotency-Replayed': {
        description: 'It is the outcome of an earlier request',
        schema: { type: 'string' },
      },
    },
  })
  @ApiProblems('validation-failed', 'bad-request', 'reference-taken', 'idempotency-in-flight')
  @ApiProblems('idempotency-key-reused')
  @ApiProblems('rate-limited', 'quota-exceeded')
  async create(
    @Body() { metadata, ...order }: CreatePaymentDto,
    @Caller() caller: Principal,
    @Keyed() request: KeyedRequest | null,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<PaymentView> {
    const checked = { ...order, metadata: checkedMetadata(metadata) };
    return deliver(await this.payments.create(checked, caller, request), response);
  }

  @Get()
  @AnyRole('payments:read')
  @ApiOperation({ summary: 'Lists payments, newest first' })
  @ApiOkResponse({ type: PaymentPageView })
  @ApiProblems('validation-failed')
  list(@Query() query: ListPaymentsQuery, @Caller() caller: Principal): Promise<PaymentPageView> {
    const { reference, status, createdFrom, createdTo, ...page } = query;
    return this.payments.list({ reference, status, created: toPeriod(createdFrom, createdTo) }, page, caller);
  }

  @Get('stats')
  @AnyRole()
  @ApiOperation({ summary: 'Numbers and sums of payments, by status and currency' })
  @ApiOkResponse({ type: PaymentStatsView })
  @ApiProblems('validation-failed')
  async stats(@Query() { from, to }: PeriodQuery): Promise<PaymentStatsView> {
    return { data: await this.payments.stats(toPeriod(from, to)) };
  }

  @Get(':id')
  @AnyRole('payments:read')
  @ApiOperation({ summary: 'A payment' })
  @ApiParam(ID)
  @ApiOkResponse({ type: PaymentView })
  @ApiProblems('not-found')
  get(@Param('id', ObjectIdPipe) id: string, @Caller() caller: Principal): Promise<PaymentView> {
    return this.payments.get(id, caller);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Roles('ADMIN', { scope: 'payments:write' })
  @ApiOperation({ summary: 'Cancels a payment that is PENDING, or AUTHORIZED with nothing captured' })
  @ApiParam(ID)
  @ApiHeader(KEY)
  @ApiOkResponse({ type: PaymentView })
  @ApiProblems('bad-request', 'not-found', 'idempotency-in-flight', 'invalid-state', 'idempotency-key-reused')
  async cancel(
    @Param('id', ObjectIdPipe) id: string,
    @Caller() caller: Principal,
    @Keyed() request: KeyedRequest | null,
    @Res({ passthrough: true }) response: FastifyReply,
  ): Promise<PaymentView> {
    return deliver(await this.payments.cancel(id, caller, request), response);
  }

  @Delete(':id')
  @HttpCode(204)
  @Roles('ADMIN')
  @ApiOperation({
    summary: 'Soft-deletes a payment that is COMPLETED, FAILED, CANCELLED or REFUNDED',
    description: 'Its reference stays taken. It can be restored.',
  })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @ApiProblems('not-found', 'invalid-state')
  remove(@Param('id', ObjectIdPipe) id: string, @Caller() caller: Principal): Promise<void> {
    return this.payments.remove(id, caller);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @Roles('ADMIN')
  @ApiOperation({ summary: 'Brings back a soft-deleted payment' })
  @ApiParam(ID)
  @ApiOkResponse({ type: PaymentView })
  @ApiProblems('not-found', 'invalid-state')
  restore(@Param('id', ObjectIdPipe) id: string, @Caller() caller: Principal): Promise<PaymentView> {
    return this.payments.restore(id, caller);
  }
}
