import type { FileError } from './payment-file';

/** Thrown inside a reader when nothing after this point can be read. The reader adds `errors` to the errors of the file. */
export class UnreadableFileError extends Error {
  constructor(readonly errors: readonly FileError[]) {
    super(errors.map(({ message }) => message).join(' '));
  }
}

/** @throws UnreadableFileError */
export const failFile = (message: string, line?: number): never => {
  throw new UnreadableFileError([{ message, line, reason: 'NARR' }]);
};
