import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { IsInstant, IsNested, parseInstant } from '@financeops/core/http';
import { FEATURES, type Feature, type TenantOverrides } from '@financeops/tenancy/context';
import { IfSent, PRINTABLE } from '../tenant/tenant.dto';
import { RateLimitOverridesDto, toRateLimitOverrides } from './rate-limit-overrides.dto';

const limit = () =>
  ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 0, description: 'null: unlimited' });
const MAX_LIMIT = 1_000_000_000;

/** Replaced whole. What isn't named is the tier's. */
export class OverridesDto {
  @limit()
  @IsOptional()
  @IsInt({ message: 'must be a whole number, or null for unlimited' })
  @Min(0)
  @Max(MAX_LIMIT)
  maxUsers?: number | null;

  @limit()
  @IsOptional()
  @IsInt({ message: 'must be a whole number, or null for unlimited' })
  @Min(0)
  @Max(MAX_LIMIT)
  maxTransactionsPerMonth?: number | null;

  @limit()
  @IsOptional()
  @IsInt({ message: 'must be a whole number, or null for unlimited' })
  @Min(1)
  @Max(100_000)
  requestsPerMinute?: number | null;

  @ApiPropertyOptional({ enum: FEATURES, isArray: true, description: "Added to the tier's features" })
  @IfSent()
  @IsArray()
  @IsIn(FEATURES, { each: true, message: `must be some of ${FEATURES.join(', ')}` })
  features?: Feature[];

  @ApiPropertyOptional({ type: RateLimitOverridesDto })
  @IfSent()
  @IsNested(() => RateLimitOverridesDto)
  rateLimit?: RateLimitOverridesDto;

  @ApiProperty({ minLength: 1, maxLength: 500, description: 'Recorded in the audit log' })
  @IsString()
  @Length(1, 500)
  @Matches(PRINTABLE, { message: 'may have no control characters' })
  reason!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'After this time the limits of the tier apply',
  })
  @IsString()
  @IsInstant()
  expiresAt!: string;
}

/** As stored: only what was sent, and the expiry in UTC. */
export const toOverrides = (dto: OverridesDto): TenantOverrides => ({
  ...(dto.maxUsers === undefined ? {} : { maxUsers: dto.maxUsers }),
  ...(dto.maxTransactionsPerMonth === undefined
    ? {}
    : { maxTransactionsPerMonth: dto.maxTransactionsPerMonth }),
  ...(dto.requestsPerMinute === undefined ? {} : { requestsPerMinute: dto.requestsPerMinute }),
  ...(dto.features === undefined ? {} : { features: [...new Set(dto.features)] }),
  ...(dto.rateLimit === undefined ? {} : { rateLimit: toRateLimitOverrides(dto.rateLimit) }),
  reason: dto.reason,
  expiresAt: parseInstant(dto.expiresAt)!.toISOString(),
});
