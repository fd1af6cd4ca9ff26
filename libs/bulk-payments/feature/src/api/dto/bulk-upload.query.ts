import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { BULK_MODES, type BulkMode } from '../../batch/bulk-payment.schema';

export class BulkUploadQuery {
  @ApiPropertyOptional({
    enum: BULK_MODES,
    default: 'atomic',
    description:
      '`atomic`: one invalid line refuses the whole file. `continue`: invalid lines are rejected, the others are paid.',
  })
  @IsOptional()
  @IsIn(BULK_MODES, { message: `must be one of ${BULK_MODES.join(', ')}` })
  mode: BulkMode = 'atomic';

  @ApiPropertyOptional({
    type: String,
    description: 'CSV only: currency of lines without one, upper-case ISO 4217',
    example: 'GBP',
  })
  @IsOptional()
  @IsString()
  currency?: string;

  @ApiPropertyOptional({
    type: String,
    description: "CSV only: names of the file's columns, as target:column pairs. Other columns are ignored.",
    example: 'reference:Trans No,amount:Amount',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  map?: string;
}
