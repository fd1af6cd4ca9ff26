import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { buildMessage, IsOptional, ValidateBy } from 'class-validator';

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const FINER_THAN_MILLISECONDS = /\.\d{3}\d*[1-9]/;

/** Whether the calendar has the day: `Date` would turn 30 February into 2 March. */
const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

/**
 * An RFC 3339 date-time with `Z` or an offset, or a plain date, which is its midnight UTC; `null` for anything else, days
 * that don't exist included. Fractions finer than a millisecond are cut off.
 */
export const parseInstant = (text: string): Date | null => {
  const match = DATE.exec(text) ?? DATE_TIME.exec(text);
  if (match === null || !isDay(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  return new Date(text.toUpperCase());
};

/**
 * The first millisecond that isn't before the instant, for the bounds of a period: stored times are whole milliseconds, so
 * that `>= bound` and `< bound` then hold for exactly the times at or after the instant, and before it.
 */
export const parseBound = (text: string): Date | null => {
  const instant = parseInstant(text);
  return instant !== null && FINER_THAN_MILLISECONDS.test(text) ? new Date(instant.getTime() + 1) : instant;
};

/** For query parameters that `parseInstant` or `parseBound` will read. */
export const IsInstant = (): PropertyDecorator =>
  ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseInstant(value) !== null,
      defaultMessage: buildMessage(
        () => 'must be an RFC 3339 date-time (2026-11-24T09:30:00Z) or a date (2026-11-24)',
      ),
    },
  });

/** An optional query parameter that bounds a period and that `parseBound` will read. */
export const IsBound = (side: 'inclusive' | 'exclusive'): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: String,
      description: `${side === 'inclusive' ? 'Inclusive' : 'Exclusive'}. RFC 3339 date-time, or a date (midnight UTC).`,
      example: side === 'inclusive' ? '2026-11-01T00:00:00Z' : '2026-12-01',
    }),
    IsOptional(),
    IsInstant(),
  );
