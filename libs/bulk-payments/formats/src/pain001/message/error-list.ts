import { type FileError } from '../../payment-file';

/** Errors as they come: the first are kept, all are counted. */
export class ErrorList {
  readonly kept: FileError[] = [];
  count = 0;

  constructor(private readonly most: number) {}

  add(error: FileError): void {
    this.count++;
    if (this.kept.length < this.most) this.kept.push(error);
  }
}
