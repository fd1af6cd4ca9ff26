import { createHash } from 'node:crypto';
import type { FileError, MessageHeader } from '@financeops/bulk-payments/formats';
import type { FieldError } from '@financeops/core/errors';

/** Errors of a file that are told; the rest is counted. */
const MOST_ERRORS = 100;

/** Names a pain.001 among the tenant's: a bank may use a MsgId again under another namespace or party. */
export const messageKeyOf = ({ namespace, initiatingParty, messageId }: MessageHeader): string =>
  createHash('sha256')
    .update(JSON.stringify([namespace, initiatingParty, messageId]))
    .digest('hex');

/** The first errors in the order of the file, and how many there are. */
export class ErrorList {
  private readonly first: FileError[] = [];
  count = 0;

  add(errors: readonly FileError[], count = errors.length): void {
    this.count += count;
    this.first.push(...errors.slice(0, MOST_ERRORS - this.first.length));
  }

  /** As a problem tells them. What no single line is to blame for stands at the first. */
  fields(): FieldError[] {
    return this.first
      .map(({ message, line = 1, pointer }) => ({
        message,
        line,
        ...(pointer === undefined ? {} : { pointer }),
      }))
      .toSorted((a, b) => a.line - b.line);
  }
}
