import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Digits only: `Number` also reads `1e1`, `0x10` and blanks. */
const toInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;

/** Query parameters of every list; extend it with the list's own filters. */
export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @Transform(toInteger)
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(100)
  limit: number = 20;

  @ApiPropertyOptional({ type: String, description: '`nextCursor` of the previous page' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

/** The reply of every list. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** The documented reply of a list of `view`: `class UserPage extends PageOf(UserView) {}`. */
export const PageOf = <T>(view: Type<T>): Type<Page<T>> => {
  class PageView implements Page<T> {
    @ApiProperty({ type: view, isArray: true })
    data!: T[];

    @ApiProperty({ type: String, nullable: true, description: 'null on the last page', example: null })
    nextCursor!: string | null;
  }
  return PageView;
};
