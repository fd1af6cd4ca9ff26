import type { FileError } from './payment-file';

/** Thrown inside of a reader: the file can't be read on from here. A reader turns it into an error of the file. */
export class FileFault extends Error {
  constructor(readonly error: FileError) {
    super(error.message);
  }
}

/** @throws FileFault */
export const failFile = (message: string, line?: number): never => {
  throw new FileFault({ message, line, reason: 'NARR' });
};
