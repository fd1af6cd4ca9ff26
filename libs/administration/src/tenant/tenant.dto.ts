import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length, Matches, ValidateIf } from 'class-validator';
import { IsNested } from '@financeops/core/http';
import { SettingsDto } from './branding.dto';

/** Like `@IsOptional`, which would let `null` pass too. */
export const IfSent = () => ValidateIf((_object, value) => value !== undefined);

/** A name that people read: no control characters. */
export const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

export class PatchTenantDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 200 })
  @IfSent()
  @IsString()
  @Length(1, 200)
  @Matches(PRINTABLE, { message: 'may have no control characters' })
  name?: string;

  @ApiPropertyOptional({ type: SettingsDto })
  @IfSent()
  @IsNested(() => SettingsDto)
  settings?: SettingsDto;
}
