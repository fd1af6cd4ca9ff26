import type { FileError } from './payment-file';

const MAX_KEPT = 100;

/** Errors of a file in the order in which they are found: the first 100 are kept, all are counted. */
export class ErrorList {
  readonly first: FileError[] = [];
  count = 0;

  /** `count`: how many errors these stand for, when a list that keeps only the first is added. */
  add(errors: readonly FileError[], count = errors.length): void {
    this.count += count;
    this.first.push(...errors.slice(0, MAX_KEPT - this.first.length));
  }
}
