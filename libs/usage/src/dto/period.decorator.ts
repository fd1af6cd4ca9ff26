import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { PERIOD } from '../usage.rules';

/** An optional query parameter that is a month, `YYYY-MM`. */
export const IsPeriod = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: String,
      pattern: PERIOD.source,
      example: '2026-01',
      description: 'Month in UTC, YYYY-MM. Defaults to the current month.',
    }),
    IsOptional(),
    IsString({ message: 'must be one month, YYYY-MM' }),
    Matches(PERIOD, { message: 'must be a month from 2000-01 to 2099-12, YYYY-MM' }),
  );
