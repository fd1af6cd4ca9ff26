import type { Currency } from '@financeops/core/money';
import { parseColumnMap } from '../csv/column-map.rules';
import { CsvReader, type CsvReaderOptions } from '../csv/csv-reader';
import { readAll } from './read-all';

export const EUR = 'EUR' as Currency;

export const mapOf = (text: string) => {
  const result = parseColumnMap(text);
  if ('error' in result) throw new Error(result.error);
  return result.map;
};

/** Reads a CSV file in pieces of `size` bytes. */
export const readCsv = (
  file: string | Uint8Array,
  options: CsvReaderOptions = { currency: EUR },
  size?: number,
) => readAll(new CsvReader(options), file, size);

/** The only error of a file that is refused. */
export const refusal = async (file: string | Uint8Array, options?: CsvReaderOptions) => {
  const { outcome } = await readCsv(file, options);
  expect(outcome.errorCount).toBe(1);
  return outcome.errors[0]!;
};

/** The errors of the first record after the header. */
export const errorsIn = async (header: string, record: string, options?: CsvReaderOptions) => {
  const { rows, outcome } = await readCsv(`${header}\n${record}\n`, options);
  expect(outcome.errors).toEqual([]);
  return rows[0]!.errors;
};
