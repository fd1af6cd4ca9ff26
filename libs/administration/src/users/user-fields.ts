import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsString, Length } from 'class-validator';

/** An e-mail address as a new user may have it; RFC 5321, 4.5.3.1.3 limits a path to 256 with its brackets. */
export const IsUserEmail = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: String, format: 'email', maxLength: 254, example: 'ada@first-bank.example' }),
    IsString(),
    Length(3, 254),
    IsEmail({}, { message: 'must be an e-mail address' }),
  );

/** A new password. Long and nothing else, as NIST SP 800-63B, 3.1.1.2 has it; bounded, so that no megabytes are hashed. */
export const IsNewPassword = ({ required = true } = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: String, minLength: 12, maxLength: 128, format: 'password', required }),
    IsString(),
    Length(12, 128, { message: 'must have 12 to 128 characters' }),
  );
