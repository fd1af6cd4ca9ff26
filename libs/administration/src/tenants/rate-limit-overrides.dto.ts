import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';
import { IsNested } from '@financeops/core/http';
import {
  isTimeZone,
  parseTimeOfDay,
  WEEKDAYS,
  type RateLimitOverrides,
  type RateLimitSchedule,
  type Weekday,
} from '@financeops/tenancy/context';
import { IfSent } from '../tenant/tenant.dto';

/** Each is looked at once a minute and process, so this only keeps the tenant's record small. */
const MAX_SCHEDULES = 20;

const Meets = (name: string, message: string, validate: (value: unknown, object: object) => boolean) =>
  ValidateBy({
    name,
    validator: {
      validate: (value, context) => validate(value, context!.object),
      defaultMessage: () => message,
    },
  });

const isTimeOfDay = (value: unknown): value is string =>
  typeof value === 'string' && parseTimeOfDay(value) !== null;

const IsBeginning = () =>
  Meets('isBeginning', 'must be a time of day, 00:00 to 23:59', (v) => isTimeOfDay(v) && v !== '24:00');
/** A span from a time to the same time could be a whole day or nothing. */
const IsEnd = () =>
  Meets(
    'isEnd',
    'must be a time of day, 00:01 to 24:00, and another than from; before it, it is on the next day',
    (value, object) => isTimeOfDay(value) && value !== (object as Partial<RateLimitSchedule>).from,
  );
const IsTimeZone = () =>
  Meets(
    'isTimeZone',
    'must be the name of an IANA time zone, e.g. Europe/Berlin',
    (value) => typeof value === 'string' && isTimeZone(value),
  );

class RateLimitScheduleDto implements RateLimitSchedule {
  @ApiProperty({ enum: WEEKDAYS, isArray: true, description: 'Days on which the time span starts' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(WEEKDAYS, { each: true, message: `must be some of ${WEEKDAYS.join(', ')}` })
  days!: Weekday[];

  @ApiProperty({ type: String, example: '09:00', description: 'Local time in `timeZone`, inclusive' })
  @IsBeginning()
  from!: string;

  @ApiProperty({
    type: String,
    example: '11:00',
    description: 'Local time in `timeZone`, exclusive, up to 24:00; earlier than `from` means the next day',
  })
  @IsEnd()
  to!: string;

  @ApiProperty({ type: String, example: 'America/New_York', description: 'IANA time zone' })
  @IsString()
  @IsTimeZone()
  timeZone!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: 100_000,
    description: "Replaces the tenant's limit during the time span",
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(100_000)
  requestsPerMinute!: number;
}

export class RateLimitOverridesDto {
  @ApiPropertyOptional({ description: 'Admit requests above the limit, and report them' })
  @IfSent()
  @IsBoolean({ message: 'must be true or false' })
  dryRun?: boolean;

  @ApiPropertyOptional({
    type: [RateLimitScheduleDto],
    maxItems: MAX_SCHEDULES,
    description: 'If several apply at a time, the lowest limit counts',
  })
  @IfSent()
  @IsArray()
  @ArrayMaxSize(MAX_SCHEDULES)
  @IsNested(() => RateLimitScheduleDto, { each: true })
  schedules?: RateLimitScheduleDto[];
}

/** As stored: only what was sent, and plain objects. */
export const toRateLimitOverrides = ({ dryRun, schedules }: RateLimitOverridesDto): RateLimitOverrides => ({
  ...(dryRun === undefined ? {} : { dryRun }),
  ...(schedules === undefined ? {} : { schedules: schedules.map((schedule) => ({ ...schedule })) }),
});
