import { isCurrency, type Currency } from '@financeops/core/money';
import { CURRENCY_FAULT, METHOD_FAULT } from '@financeops/payments/domain';
import type { FileError, Instruction } from '../payment-file';
import { bicError, ibanError } from '../rules/account.rules';
import { decimalToMinor } from '../rules/amount.rules';
import * as field from '../rules/field.rules';
import { emptyInstruction } from '../empty-instruction';
import type { CsvColumn } from './column-map.rules';
import type { CsvLayout } from './header.rules';

/** Position of a record, and how to read it. */
interface RowContext {
  n: number;
  /** Physical line on which the record begins, from 1. */
  line: number;
  layout: CsvLayout;
  currency?: Currency;
}

/** Characters that some programs treat as a line break and RFC 4180 does not. */
const STRAY_BREAK = /\r(?!\n)|[\v\f]/;

/** Reads a CSV record as a payment. An invalid field is null and has an error. */
export const readRow = (
  fields: readonly string[],
  { n, line, layout, currency }: RowContext,
): Instruction => {
  const instruction = emptyInstruction(n, line);
  const { errors, creditor } = instruction;
  if (fields.length !== layout.width) {
    const message = `The record has ${fields.length} fields and the header has ${layout.width}: they must be equal.`;
    errors.push({ message, line, reason: 'NARR' });
    return instruction;
  }

  if (fields.some((text) => STRAY_BREAK.test(text))) {
    const message =
      'The record contains a carriage return without a line feed, a vertical tab or a form feed: remove it.';
    errors.push({ message, line, reason: 'NARR' });
    return instruction;
  }

  const fail = (column: CsvColumn, error: string, reason: string): null => {
    const message = `${layout.columns[column]?.label ?? column} ${error}`;
    errors.push({ message, line, pointer: `/${column}`, reason } satisfies FileError);
    return null;
  };
  /** The field's text; null when it is empty or the file has no such column. */
  const text = (column: CsvColumn): string | null => {
    const at = layout.columns[column]?.at;
    const value = at === undefined ? '' : fields[at];
    return value === undefined || value === '' ? null : value;
  };
  const checked = (
    column: CsvColumn,
    errorOf: (text: string) => string | null,
    reason = 'NARR',
  ): string | null => {
    const value = text(column);
    const error = value === null ? null : errorOf(value);
    return error === null ? value : fail(column, error, reason);
  };

  const code = text('currency') ?? currency;
  if (code === undefined) fail('currency', 'is empty: fill it in, or set ?currency=', 'AM03');
  else if (isCurrency(code)) instruction.currency = code;
  else fail('currency', CURRENCY_FAULT, 'AM03');

  const amount = text('amount');
  if (amount === null) fail('amount', 'is empty', 'AM12');
  else if (instruction.currency !== null) {
    const result = decimalToMinor(amount, instruction.currency);
    if ('amount' in result) instruction.amount = result.amount;
    else fail('amount', result.error, 'AM12');
  }

  const method = text('method');
  if (field.isPaymentMethod(method)) instruction.method = method;
  else if (method !== null) fail('method', METHOD_FAULT, 'NARR');

  instruction.reference = checked('reference', field.referenceError);
  instruction.description = checked('description', field.descriptionError);
  creditor.name = checked('creditorName', field.creditorNameError);
  const iban = text('creditorIban')?.replaceAll(/\s/g, '') ?? '';
  const error = iban === '' ? null : ibanError(iban);
  if (error !== null) fail('creditorIban', error, 'AC01');
  else if (iban !== '') creditor.iban = iban;
  creditor.bic = checked('creditorBic', bicError, 'RC01');
  return instruction;
};
