import { createHash } from 'node:crypto';
import type { FileError, MessageHeader } from '@financeops/bulk-payments/formats';
import type { FieldError } from '@financeops/core/errors';

/** Identifies a pain.001 within a tenant. The same MsgId may occur with another namespace or initiating party. */
export const messageKeyOf = ({ namespace, initiatingParty, messageId }: MessageHeader): string =>
  createHash('sha256')
    .update(JSON.stringify([namespace, initiatingParty, messageId]))
    .digest('hex');

/** Errors of a file as a problem lists them, by line. Those of the file as a whole are listed at line 1. */
export const fieldErrors = (errors: readonly FileError[]): FieldError[] =>
  errors
    .map(({ message, line = 1, pointer }) => ({
      message,
      line,
      ...(pointer === undefined ? {} : { pointer }),
    }))
    .toSorted((a, b) => a.line - b.line);
