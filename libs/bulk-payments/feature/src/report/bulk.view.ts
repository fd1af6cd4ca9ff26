import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import { BULK_STATUSES, pendingOf, type BulkStatus } from '../batch/bulk-status.rules';
import { BULK_MODES, type BulkMode, type BulkPayment } from '../batch/bulk-payment.schema';

const FORMATS = ['csv', 'ndjson', 'pain.001.001.03', 'pain.001.001.09', 'pain.001.001.11'] as const;

class CountsView {
  @ApiProperty({ type: 'integer', example: 120 })
  total!: number;

  @ApiProperty({ type: 'integer', example: 117 })
  completed!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  failed!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  rejected!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  pending!: number;
}

class TotalView {
  @ApiProperty({
    type: 'integer',
    description: 'In minor units, exact; may exceed 2^53',
    example: 1481250,
  })
  amount!: bigint;

  @ApiProperty({ type: String, example: 'EUR' })
  currency!: string;
}

export class BulkPaymentView {
  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439011' })
  id!: string;

  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439000' })
  tenantId!: string;

  @ApiProperty({ enum: BULK_STATUSES, example: 'PROCESSING' })
  status!: BulkStatus;

  @ApiProperty({ enum: FORMATS, example: 'pain.001.001.09' })
  format!: (typeof FORMATS)[number];

  @ApiProperty({ enum: BULK_MODES, example: 'atomic' })
  mode!: BulkMode;

  @ApiProperty({ type: CountsView })
  counts!: CountsView;

  @ApiProperty({
    type: TotalView,
    isArray: true,
    description: 'Sums of the lines with a readable amount, by currency',
  })
  totals!: TotalView[];

  @ApiProperty({
    type: String,
    description: 'The user or API key that uploaded it',
    example: '665f1f77bcf86cd799439022',
  })
  createdBy!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-24T09:30:04.000Z' })
  updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-24T09:30:04.000Z' })
  completedAt!: string | null;
}

export class BulkPaymentPageView extends PageOf(BulkPaymentView) {}

export const bulkPaymentView = (batch: BulkPayment): BulkPaymentView => ({
  id: batch._id.toHexString(),
  tenantId: batch.tenantId.toHexString(),
  status: batch.status,
  format: batch.format,
  mode: batch.mode,
  counts: {
    total: batch.total,
    completed: batch.completed,
    failed: batch.failed,
    rejected: batch.rejected,
    pending: pendingOf(batch),
  },
  totals: batch.totals.map(({ currency, amount }) => ({ amount: BigInt(amount), currency })),
  createdBy: batch.createdBy,
  createdAt: batch.createdAt.toISOString(),
  updatedAt: batch.updatedAt.toISOString(),
  completedAt: batch.completedAt?.toISOString() ?? null,
});
