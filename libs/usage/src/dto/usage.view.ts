import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { UsageSummary } from '../usage.rules';

const count = { type: 'integer', minimum: 0, example: 0 } as const;

class UsageCountsView {
  @ApiProperty(count) apiCalls!: number;
  @ApiProperty({ ...count, description: 'Payments created, including failed ones' }) transactions!: number;
  @ApiProperty({
    ...count,
    description: "Growth of the tenant's documents in the month, in bytes of BSON",
  })
  storageBytes!: number;

  @ApiProperty({ ...count, description: 'Bytes of requests and replies' }) bandwidthBytes!: number;
}

class UsageLimitsView {
  @ApiProperty({ type: 'integer', nullable: true, example: 1_000, description: 'null: unlimited' })
  maxTransactionsPerMonth!: number | null;

  @ApiProperty({ type: Number, example: 12.35, description: 'Two decimals; 0 when unlimited' })
  transactionPercentUsed!: number;

  @ApiPropertyOptional({ type: Boolean, enum: [true], description: 'Only if the tenant has no limit' })
  unlimited?: true;
}

/** The reply of GET /v1/usage. */
export class UsageView implements UsageSummary {
  @ApiProperty({ type: String, pattern: '^[0-9a-f]{24}$' }) tenantId!: string;
  @ApiProperty({ type: String, example: '2026-01' }) period!: string;
  @ApiProperty({ type: UsageCountsView }) usage!: UsageCountsView;
  @ApiProperty({ type: UsageLimitsView }) limits!: UsageLimitsView;
}
