import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches, ValidateIf } from 'class-validator';
import { IsNested } from '@financeops/core/http';
import { SettingsDto } from './branding.dto';

/** Like `@IsOptional`, which would let `null` pass too. */
export const IfSent = () => ValidateIf((_object, value) => value !== undefined);

/** A name that people read: no control characters. */
export const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

/** A name of 1 to 200 characters. Not required: it may be left out, and with `nullable` be null. */
export const IsName = ({ required = true, nullable = false, example = '' } = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: String, minLength: 1, maxLength: 200, required, nullable, example }),
    ...(required ? [] : [nullable ? IsOptional() : IfSent()]),
    IsString(),
    Length(1, 200),
    Matches(PRINTABLE, { message: 'may have no control characters' }),
  );

export class PatchTenantDto {
  @IsName({ required: false, example: 'First Bank' })
  name?: string;

  @ApiPropertyOptional({ type: SettingsDto })
  @IfSent()
  @IsNested(() => SettingsDto)
  settings?: SettingsDto;
}
