import { type FileError } from '../../payment-file';
import { type StructureError } from '../structure/structure-error';
import { DeclaredTotals } from './declared-totals';

/** The PmtInf being read: data that its instructions share. */
export class Batch {
  readonly totals: DeclaredTotals;
  id = '';
  executionDate: string | null = null;
  /** Errors that every instruction of the batch inherits. */
  readonly errors: FileError[] = [];

  /** @param index position in the file, from 0 */
  constructor(readonly index: number) {
    this.totals = new DeclaredTotals(`PmtInf ${index}`);
  }

  /** Makes every instruction of the batch invalid. */
  reject(error: StructureError, reason: string): void {
    if (this.errors.length < 10) this.errors.push({ ...error, reason });
  }
}
