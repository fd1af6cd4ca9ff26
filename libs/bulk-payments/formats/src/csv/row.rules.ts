import { isCurrency, type Currency } from '@financeops/core/money';
import { CURRENCY_FAULT, METHOD_FAULT } from '@financeops/payments/domain';
import type { FileError, Instruction } from '../payment-file';
import { bicFault, ibanFault } from '../rules/account.rules';
import { decimalToMinor } from '../rules/amount.rules';
import * as field from '../rules/field.rules';
import { unread } from '../unread-instruction';
import type { CsvColumn } from './column-map.rules';
import type { CsvLayout } from './header.rules';

/** Where a record stands, and what it may leave out. */
export interface RowContext {
  n: number;
  /** Physical line at which the record begins, from 1. */
  line: number;
  layout: CsvLayout;
  currency?: Currency;
}

/** What some programs take for a line break and RFC 4180 does not. */
const STRAY_BREAK = /\r(?!\n)|[\v\f]/;

/** One record of a CSV file as a payment: what is sound is read, what isn't is null and has an error. */
export const readRow = (
  fields: readonly string[],
  { n, line, layout, currency }: RowContext,
): Instruction => {
  const instruction = unread(n, line);
  const { errors, creditor } = instruction;
  if (fields.length !== layout.width) {
    const message = `The record has ${fields.length} fields, the header has ${layout.width}.`;
    errors.push({ message, line, reason: 'NARR' });
    return instruction;
  }

  if (fields.some((text) => STRAY_BREAK.test(text))) {
    const message =
      'The record contains a carriage return without a line feed, a vertical tab or a form feed: remove it.';
    errors.push({ message, line, reason: 'NARR' });
    return instruction;
  }

  const fail = (column: CsvColumn, fault: string, reason: string): null => {
    const message = `${layout.columns[column]?.label ?? column} ${fault}`;
    errors.push({ message, line, pointer: `/${column}`, reason } satisfies FileError);
    return null;
  };
  /** An empty field is as good as none. */
  const text = (column: CsvColumn): string | null => {
    const at = layout.columns[column]?.at;
    const value = at === undefined ? '' : fields[at];
    return value === undefined || value === '' ? null : value;
  };
  const sound = (
    column: CsvColumn,
    faultOf: (text: string) => string | null,
    reason = 'NARR',
  ): string | null => {
    const value = text(column);
    const fault = value === null ? null : faultOf(value);
    return fault === null ? value : fail(column, fault, reason);
  };

  const code = text('currency') ?? currency;
  if (code === undefined) fail('currency', 'is empty, and there is no ?currency= for it', 'AM03');
  else if (isCurrency(code)) instruction.currency = code;
  else fail('currency', CURRENCY_FAULT, 'AM03');

  const amount = text('amount');
  if (amount === null) fail('amount', 'is empty', 'AM12');
  else if (instruction.currency !== null) {
    const result = decimalToMinor(amount, instruction.currency);
    if ('amount' in result) instruction.amount = result.amount;
    else fail('amount', result.fault, 'AM12');
  }

  const method = text('method');
  if (field.isPaymentMethod(method)) instruction.method = method;
  else if (method !== null) fail('method', METHOD_FAULT, 'NARR');

  instruction.reference = sound('reference', field.referenceFault);
  instruction.description = sound('description', field.descriptionFault);
  creditor.name = sound('creditorName', field.creditorNameFault);
  const iban = text('creditorIban')?.replaceAll(/\s/g, '') ?? '';
  const fault = iban === '' ? null : ibanFault(iban);
  if (fault !== null) fail('creditorIban', fault, 'AC01');
  else if (iban !== '') creditor.iban = iban;
  creditor.bic = sound('creditorBic', bicFault, 'RC01');
  return instruction;
};
