import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

export class RefreshTokenDto {
  @ApiProperty({ type: String, maxLength: 200, description: 'The one from the latest login or refresh' })
  @IsString({ message: 'must be a string' })
  @MaxLength(200, { message: 'must have at most 200 characters' })
  refreshToken!: string;
}
