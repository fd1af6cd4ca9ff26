import { type FileError } from '../../payment-file';

/** InvalidFileFormat of ExternalStatusReason1Code. */
export const FILE_FORMAT = 'FF01';

/** After this nothing more of the file can be read. Stays inside of the reader: it ends in the outcome's errors. */
export class Unreadable extends Error {
  constructor(
    message: string,
    readonly line?: number,
    readonly pointer?: string,
  ) {
    super(message);
  }

  toFileError(): FileError {
    return { message: this.message, line: this.line, pointer: this.pointer, reason: FILE_FORMAT };
  }
}
