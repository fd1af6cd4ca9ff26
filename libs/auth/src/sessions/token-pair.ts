import { ApiProperty } from '@nestjs/swagger';
import { ACCESS_TOKEN_LIFETIME } from '../tokens/access-token.options';

export class TokenPair {
  @ApiProperty({ description: 'Send it as `Authorization: Bearer`' })
  accessToken!: string;

  @ApiProperty({ description: 'Works once; a refresh returns the next one' })
  refreshToken!: string;

  @ApiProperty({
    type: 'integer',
    description: 'Seconds until the access token expires',
    example: ACCESS_TOKEN_LIFETIME,
  })
  expiresIn!: number;

  @ApiProperty({ enum: ['Bearer'] })
  tokenType!: 'Bearer';
}
