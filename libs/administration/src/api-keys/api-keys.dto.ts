import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsInstant } from '@financeops/core/http';
import { SCOPES, type Scope } from '@financeops/tenancy/context';
import { IfSent, IsName } from '../tenant/tenant.dto';

/** A week. */
const MAX_OVERLAP_SECONDS = 604_800;

export class CreateApiKeyDto {
  @IsName({ example: 'Shop server' })
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, minItems: 1, example: ['payments:read'] })
  @IsArray()
  @ArrayNotEmpty({ message: 'must have at least one scope' })
  @IsIn(SCOPES, { each: true, message: `must be some of ${SCOPES.join(', ')}` })
  scopes!: Scope[];

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Must be in the future; null: the key does not expire',
  })
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;
}

export class RollApiKeyDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_OVERLAP_SECONDS,
    description: 'How long the old key keeps working. Defaults to 0: it stops at once.',
  })
  @IfSent()
  @IsInt({ message: 'must be a whole number of seconds' })
  @Min(0)
  @Max(MAX_OVERLAP_SECONDS)
  overlapSeconds?: number;
}
