import type { FileError } from './payment-file';

const KEPT = 100;

/** The errors of a file: the first hundred are kept, all are counted. */
export class FileErrors {
  readonly first: FileError[] = [];
  count = 0;

  add(error: FileError): void {
    this.count++;
    if (this.first.length < KEPT) this.first.push(error);
  }
}
