import { type FileError } from '../../payment-file';
import { type Fault } from '../structure/fault';
import { DeclaredTotals } from './declared-totals';

/** One PmtInf while it is read: what its instructions have in common. */
export class Batch {
  readonly totals: DeclaredTotals;
  id = '';
  executionDate: string | null = null;
  /** Of the batch as a whole, without being the file's: each of its instructions has them. */
  readonly faults: FileError[] = [];

  /** @param index position in the file, from 0 */
  constructor(readonly index: number) {
    this.totals = new DeclaredTotals(`PmtInf ${index}`);
  }

  /** A debtor account that can't be: no instruction of the batch can be paid. */
  reject(fault: Fault, reason: string): void {
    if (this.faults.length < 10) this.faults.push({ ...fault, reason });
  }
}
