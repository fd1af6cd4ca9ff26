import { excerpt } from '../rules/excerpt.rules';

/** Columns of a CSV file that the API knows. */
export const CSV_COLUMNS = [
  'amount',
  'reference',
  'currency',
  'method',
  'description',
  'creditorName',
  'creditorIban',
  'creditorBic',
] as const;
export type CsvColumn = (typeof CSV_COLUMNS)[number];

/** The API's column -> the file's own name of it. */
export type ColumnMap = ReadonlyMap<CsvColumn, string>;

/** The column with this name, compared without case. */
export const columnNamed = (name: string): CsvColumn | undefined =>
  CSV_COLUMNS.find((column) => column.toLowerCase() === name.toLowerCase());

/**
 * Parses `target:column` pairs separated by commas: `reference:Trans No,amount:Amount`. A column's name may contain colons,
 * and commas that are not followed by `word:`. The error is a sentence.
 */
export const parseColumnMap = (text: string): { map: ColumnMap } | { error: string } => {
  const map = new Map<CsvColumn, string>();
  for (const pair of text.split(/,(?=\s*\w+\s*:)/)) {
    const colon = pair.indexOf(':');
    if (colon === -1) return { error: `"${excerpt(pair)}" is not a target:column pair.` };
    const name = pair.slice(0, colon).trim();
    const target = columnNamed(name);
    const column = pair.slice(colon + 1).trim();
    if (target === undefined)
      return { error: `"${excerpt(name)}" is not a target; use one of ${CSV_COLUMNS.join(', ')}.` };
    if (column === '') return { error: `${target} needs a column name after the colon.` };
    if (map.has(target)) return { error: `${target} is mapped twice; map it to one column.` };
    map.set(target, column);
  }
  return map.has('amount') ? { map } : { error: 'amount must be mapped to a column.' };
};
