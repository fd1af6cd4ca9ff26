import type { PipeTransform } from '@nestjs/common';
import { NotFoundError } from '@financeops/core/errors';

/** An id in a path: 24 hex digits, given on in lower case. */
export class ObjectIdPipe implements PipeTransform<string, string> {
  /** @throws NotFoundError: what can't be an id names nothing, just like an id that nothing has. */
  transform(value: string): string {
    if (!/^[0-9a-f]{24}$/i.test(value)) throw new NotFoundError();
    return value.toLowerCase();
  }
}
