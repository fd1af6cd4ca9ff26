import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { BULK_MODES, type BulkMode } from '../../batch/bulk-payment.schema';

export class BulkUploadQuery {
  @ApiPropertyOptional({
    enum: BULK_MODES,
    default: 'atomic',
    description:
      '`atomic`: an error of any line refuses the file; `continue`: lines in error are rejected, the others paid',
  })
  @IsOptional()
  @IsIn(BULK_MODES, { message: `must be one of ${BULK_MODES.join(', ')}` })
  mode: BulkMode = 'atomic';

  @ApiPropertyOptional({
    type: String,
    description: 'CSV: the currency of lines that name none, upper-case ISO 4217',
    example: 'GBP',
  })
  @IsOptional()
  @IsString()
  currency?: string;

  @ApiPropertyOptional({
    type: String,
    description: "CSV: the file's own columns, as target:column pairs; columns that aren't named are ignored",
    example: 'reference:Trans No,amount:Amount',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  map?: string;
}
