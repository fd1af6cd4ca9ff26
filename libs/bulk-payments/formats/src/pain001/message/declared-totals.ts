import { type FileError } from '../../payment-file';
import { decimalText, scaledDecimal } from '../structure/decimal.rules';
import { type Element } from '../structure/field-tree';

/** Maximum decimals of a control sum, and of an amount. */
const SUM_PLACES = 17;
const AMOUNT_PLACES = 5;
const AMOUNT_TO_SUM = 10n ** BigInt(SUM_PLACES - AMOUNT_PLACES);

interface Declared {
  text: string;
  line: number;
  pointer: string;
}

const declared = (element: Element): Declared | null =>
  element.isValid ? { text: element.text, line: element.line, pointer: element.pointer() } : null;

/**
 * Compares the declared count and control sum of a group or batch with its instructions. The control sum adds amounts of all
 * currencies, as the standard defines it.
 */
export class DeclaredTotals {
  count: Declared | null = null;
  sum: Declared | null = null;
  private instructions = 0;
  private amounts = 0n;
  private unreadable = 0;

  constructor(private readonly of: string) {}

  declareCount(element: Element): void {
    this.count = declared(element);
  }

  declareSum(element: Element): void {
    this.sum = declared(element);
  }

  /** Counts an instruction. `amount`: as written, or null when it has none. */
  add(amount: string | null): void {
    this.instructions++;
    const scaled = amount === null ? null : scaledDecimal(amount, AMOUNT_PLACES);
    if (scaled === null) this.unreadable++;
    else this.amounts += scaled;
  }

  errors(): FileError[] {
    return [this.countError(), this.sumError()].filter((error) => error !== null);
  }

  private countError(): FileError | null {
    const { count, instructions } = this;
    if (count === null || BigInt(count.text) === BigInt(instructions)) return null;
    const message = `NbOfTxs of ${this.of} is ${count.text}, but it contains ${instructions} instructions.`;
    return { message, line: count.line, pointer: count.pointer, reason: 'AM18' };
  }

  private sumError(): FileError | null {
    const { sum, amounts } = this;
    if (sum === null || scaledDecimal(sum.text, SUM_PLACES) === amounts * AMOUNT_TO_SUM) return null;
    const besides = this.unreadable === 0 ? '' : ` (${this.unreadable} cannot be read)`;
    const message =
      `CtrlSum of ${this.of} is ${sum.text}, but its amounts add up to ` +
      `${decimalText(amounts, AMOUNT_PLACES)}${besides}.`;
    return { message, line: sum.line, pointer: sum.pointer, reason: 'AM10' };
  }
}
