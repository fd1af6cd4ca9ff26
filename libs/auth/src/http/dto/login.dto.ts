import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

export class LoginDto {
  /** Any text of that length: an address that nobody can have is answered like one that nobody has. */
  @ApiProperty({ type: String, minLength: 3, maxLength: 254, example: 'ada@first-bank.example' })
  @IsString({ message: 'must be a string' })
  @Length(3, 254, { message: 'must have 3 to 254 characters' })
  email!: string;

  /** Limited, so that no megabytes are hashed. */
  @ApiProperty({ type: String, minLength: 1, maxLength: 128, format: 'password' })
  @IsString({ message: 'must be a string' })
  @Length(1, 128, { message: 'must have 1 to 128 characters' })
  password!: string;
}
