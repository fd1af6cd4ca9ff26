import type { PipeTransform } from '@nestjs/common';
import { NotFoundError } from '@financeops/core/errors';

/** An id in a path: 24 hex digits, passed on in lower case. */
export class ObjectIdPipe implements PipeTransform<string, string> {
  /** @throws NotFoundError for a malformed id too, like for an unknown one. */
  transform(value: string): string {
    if (!/^[0-9a-f]{24}$/i.test(value)) throw new NotFoundError();
    return value.toLowerCase();
  }
}
