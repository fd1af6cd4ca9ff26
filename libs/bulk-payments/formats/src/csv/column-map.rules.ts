import { excerpt } from '../rules/excerpt.rules';

/** What a column of a CSV file can be, by the contract. */
export const CSV_COLUMNS = [
  ...(['amount', 'reference', 'currency', 'method', 'description'] as const),
  ...(['creditorName', 'creditorIban', 'creditorBic'] as const),
] as const;
export type CsvColumn = (typeof CSV_COLUMNS)[number];

/** For each of ours the name of the file's own column. */
export type ColumnMap = ReadonlyMap<CsvColumn, string>;

/** The column of that name, in any case. */
export const columnNamed = (name: string): CsvColumn | undefined =>
  CSV_COLUMNS.find((column) => column.toLowerCase() === name.toLowerCase());

/**
 * Reads `target:column` pairs with commas between them: `reference:Trans No,amount:Amount`. A column's name may hold
 * colons, and commas that no `word:` follows. The fault is a sentence.
 */
export const parseColumnMap = (text: string): { map: ColumnMap } | { fault: string } => {
  const map = new Map<CsvColumn, string>();
  for (const pair of text.split(/,(?=\s*\w+\s*:)/)) {
    const colon = pair.indexOf(':');
    if (colon === -1) return { fault: `"${excerpt(pair)}" is no pair of target:column.` };
    const name = pair.slice(0, colon).trim();
    const target = columnNamed(name);
    const column = pair.slice(colon + 1).trim();
    if (target === undefined)
      return { fault: `"${excerpt(name)}" is no target: ${CSV_COLUMNS.join(', ')} are.` };
    if (column === '') return { fault: `${target} has no column.` };
    if (map.has(target)) return { fault: `${target} has two columns.` };
    map.set(target, column);
  }
  return map.has('amount') ? { map } : { fault: 'amount must have a column.' };
};
