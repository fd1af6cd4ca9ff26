import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsInstant, parseBound } from '@financeops/core/http';
import type { Period } from '../../payment/payment-sums';

/** `undefined` for an end that was left open. The text has been validated by `IsInstant`. */
const endOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : (parseBound(text) ?? undefined);

export const toPeriod = (from: string | undefined, to: string | undefined): Period => ({
  from: endOf(from),
  to: endOf(to),
});

/** A period in which payments were created. */
export class PeriodQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Inclusive. RFC 3339 date-time, or a date (midnight UTC).',
    example: '2026-11-01T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Exclusive. RFC 3339 date-time, or a date (midnight UTC).',
    example: '2026-12-01',
  })
  @IsOptional()
  @IsInstant()
  to?: string;
}
