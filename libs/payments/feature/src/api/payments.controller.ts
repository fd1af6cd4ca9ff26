import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ValidationError } from '@financeops/core/errors';
import { AnyRole, ApiProblems, ObjectIdPipe, RequireFeature, Roles } from '@financeops/core/http';
import { Keyed, type Answer, type KeyedRequest } from '@financeops/idempotency';
import { metadataCardFaults, metadataFaults, type Metadata } from '@financeops/payments/domain';
import { Caller, type Principal } from '@financeops/tenancy/context';
import { PaymentView } from '../payment/payment.view';
import { PaymentsService } from '../payment/payments.service';
import { CreatePaymentDto } from './dto/create-payment.dto';
import { ListPaymentsQuery } from './dto/list-payments.query';
import { PaymentPageView, PaymentStatsView } from './dto/payment-page.view';
import { PeriodQuery, toPeriod } from './dto/period.query';

const KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    '1 to 255 printable ASCII characters of your choice. A repeated request with the same key and body gets the first ' +
    'reply again, with `Idempotency-Replayed: true`. Kept for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
} as const;

const checkedMetadata = (metadata: Record<string, unknown> = {}): Metadata => {
  const faults = [...metadataFaults(metadata), ...metadataCardFaults(metadata)];
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

@ApiTags('Payments')
@RequireFeature('payments')
@Controller('v1/payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Post()
  @Roles('ADMIN', { scope: 'payments:write' })
  @ApiOperation({
    operationId: 'createPayment',
    summary: 'Create a payment',
    description:
      'The reply comes when the gateway has answered, after 10 s at most. `status` is COMPLETED, FAILED (declined) or PENDING (no outcome yet).',
  })
  @ApiHeader(KEY)
  @ApiCreatedResponse({
    type: PaymentView,
    headers: {
      Location: { description: 'Path of the payment', schema: { type: 'string' } },
      'Idempotency-Replayed': {
        description: '`true` if this is the reply to an earlier request',
        schema: { type: 'string' },
      },
    },
  })
  @ApiProblems('reference-taken', 'idempotency-in-flight', 'idempotency-key-reused', 'quota-exceeded')
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
  @ApiOperation({ operationId: 'listPayments', summary: 'List payments', description: 'Newest first.' })
  @ApiOkResponse({ type: PaymentPageView })
  list(@Query() query: ListPaymentsQuery, @Caller() caller: Principal): Promise<PaymentPageView> {
    const { reference, status, createdFrom, createdTo, ...page } = query;
    return this.payments.list({ reference, status, created: toPeriod(createdFrom, createdTo) }, page, caller);
  }

  @Get('stats')
  @AnyRole()
  @ApiOperation({
    operationId: 'getPaymentStats',
    summary: 'Get payment counts and sums',
    description: 'By status and currency.',
  })
  @ApiOkResponse({ type: PaymentStatsView })
  async stats(@Query() { from, to }: PeriodQuery): Promise<PaymentStatsView> {
    return { data: await this.payments.stats(toPeriod(from, to)) };
  }

  @Get(':id')
  @AnyRole('payments:read')
  @ApiOperation({ operationId: 'getPayment', summary: 'Get a payment' })
  @ApiOkResponse({ type: PaymentView })
  get(@Param('id', ObjectIdPipe) id: string, @Caller() caller: Principal): Promise<PaymentView> {
    return this.payments.get(id, caller);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Roles('ADMIN', { scope: 'payments:write' })
  @ApiOperation({
    operationId: 'cancelPayment',
    summary: 'Cancel a payment',
    description: 'It must be PENDING, or AUTHORIZED with nothing captured.',
  })
  @ApiHeader(KEY)
  @ApiOkResponse({ type: PaymentView })
  @ApiProblems('idempotency-in-flight', 'idempotency-key-reused', 'invalid-state')
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
    operationId: 'deletePayment',
    summary: 'Delete a payment',
    description:
      'It must be COMPLETED, FAILED, CANCELLED or REFUNDED. Its reference stays in use, and it can be restored.',
  })
  @ApiNoContentResponse()
  @ApiProblems('invalid-state')
  remove(@Param('id', ObjectIdPipe) id: string, @Caller() caller: Principal): Promise<void> {
    return this.payments.remove(id, caller);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @Roles('ADMIN')
  @ApiOperation({ operationId: 'restorePayment', summary: 'Restore a deleted payment' })
  @ApiOkResponse({ type: PaymentView })
  @ApiProblems('invalid-state')
  restore(@Param('id', ObjectIdPipe) id: string, @Caller() caller: Principal): Promise<PaymentView> {
    return this.payments.restore(id, caller);
  }
}
