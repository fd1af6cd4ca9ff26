import { type Currency, isCurrency, type Minor } from '@financeops/core/money';
import { type Creditor, type FileError, type Instruction } from '../../payment-file';
import { decimalToMinor } from '../../rules/amount.rules';
import { type Element } from '../structure/field-tree';
import { type Batch } from './batch';

/** Errors kept per instruction. */
const MAX_ERRORS = 20;
/** Characters of a payment's description. */
const MAX_DESCRIPTION = 500;

/** The CdtTrfTxInf being read. */
export class InstructionDraft {
  instructionId: string | null = null;
  endToEndId: string | null = null;
  readonly creditor: Creditor = { name: null, iban: null, account: null, bic: null };
  creditorReference: string | null = null;
  /** As written, for the control sums. */
  writtenAmount: string | null = null;
  readonly errors: FileError[];
  private amount: Minor | null = null;
  private currency: Currency | null = null;
  private readonly remittance: string[] = [];
  private remittanceLength = 0;

  constructor(
    private readonly n: number,
    private readonly line: number,
    private readonly batch: Batch,
  ) {
    this.errors = [...batch.errors];
  }

  addError(error: FileError): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push(error);
  }

  setAmount(element: Element): void {
    this.writtenAmount = element.text;
    const { currency } = element;
    if (currency === null) return;
    if (!isCurrency(currency))
      return this.addAmountError(
        element,
        `Ccy of InstdAmt is ${currency}, which is not supported.`,
        'AM03',
        '/@Ccy',
      );
    this.currency = currency;
    if (!element.isValid) return;
    const result = decimalToMinor(element.text.replace(/^\+/, ''), currency);
    if ('amount' in result) this.amount = result.amount;
    else
      this.addAmountError(
        element,
        `InstdAmt ${result.error}: "${element.text}".`,
        /[1-9]/.test(element.text) ? 'AM12' : 'AM01',
      );
  }

  private addAmountError(element: Element, message: string, reason: string, below = ''): void {
    this.addError({ message, line: element.line, pointer: `${element.pointer()}${below}`, reason });
  }

  addRemittance(text: string): void {
    if (this.remittanceLength > MAX_DESCRIPTION) return;
    this.remittance.push(text);
    this.remittanceLength += text.length + 1;
  }

  /** Key that two instructions of a file must not share; null when they may. */
  duplicateKey(): string | null {
    const { endToEndId, amount, currency, creditor } = this;
    if (this.errors.length > 0 || endToEndId === null || endToEndId === 'NOTPROVIDED') return null;
    return JSON.stringify([endToEndId, String(amount), currency, creditor.iban, creditor.account]);
  }

  toInstruction(): Instruction {
    const { n, line, batch, instructionId, endToEndId, amount, currency, creditor, errors } = this;
    return {
      n,
      line,
      batch: { index: batch.index, id: batch.id },
      reference: null,
      instructionId,
      endToEndId,
      amount,
      currency,
      method: 'bank_transfer',
      description: this.description(),
      creditor,
      metadata: {
        ...(endToEndId === null ? {} : { endToEndId }),
        ...(batch.executionDate === null ? {} : { requestedExecutionDate: batch.executionDate }),
      },
      errors,
    };
  }

  private description(): string | null {
    const whole = this.remittance.length > 0 ? this.remittance.join(' ') : (this.creditorReference ?? '');
    // Never cut inside a surrogate pair.
    const cut = whole.slice(0, MAX_DESCRIPTION).replace(/[\ud800-\udbff]$/, '');
    return cut.trim() === '' ? null : cut;
  }
}
