import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsOptional, IsString, IsUrl, Length, Matches, MaxLength } from 'class-validator';
import { IsNested } from '@financeops/core/http';

/** `null` takes a value away; what isn't named stays. */
export class BrandingDto {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100, example: 'First Bank' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  displayName?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, pattern: '^#[0-9a-fA-F]{6}$', example: '#0a5c36' })
  @IsOptional()
  @IsString()
  @Matches(/^#[0-9a-fA-F]{6}$/, { message: 'must be a colour such as #0a5c36' })
  primaryColor?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://cdn.example/logo.svg',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  @IsUrl({ protocols: ['https'], require_protocol: true }, { message: 'must be an https URL' })
  logoUrl?: string | null;
}

export class SettingsDto {
  @ApiPropertyOptional({ type: BrandingDto })
  @IsDefined({ message: 'must contain branding' })
  @IsNested(() => BrandingDto)
  branding!: BrandingDto;
}
