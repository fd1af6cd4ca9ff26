import { excerpt } from '../rules/excerpt.rules';
import { columnNamed, CSV_COLUMNS, type ColumnMap, type CsvColumn } from './column-map.rules';

/** Where a file keeps its columns. */
export interface CsvLayout {
  /** Fields of the header, and so of every record. */
  width: number;
  columns: Partial<Record<CsvColumn, { at: number; label: string }>>;
}

const quoted = (name: string): string => `"${excerpt(name)}"`;

const byOurNames = (header: readonly string[], columns: CsvLayout['columns']): string[] => {
  const faults: string[] = [];
  header.forEach((name, at) => {
    const column = columnNamed(name);
    if (column === undefined)
      faults.push(
        name === ''
          ? `Column ${at + 1} has no name.`
          : `The column ${quoted(name)} is unknown: take it out, or name yours with ?map=amount:Your column,... ` +
              `(targets: ${CSV_COLUMNS.join(', ')}).`,
      );
    else if (columns[column] !== undefined) faults.push(`The column ${column} is there twice.`);
    else columns[column] = { at, label: name };
  });
  return faults;
};

const byMap = (header: readonly string[], map: ColumnMap, columns: CsvLayout['columns']): string[] => {
  const faults: string[] = [];
  const named = header.map((name, at) => ({ name, at }));
  for (const [column, wanted] of map) {
    const exact = named.filter(({ name }) => name === wanted);
    const found =
      exact.length > 0 ? exact : named.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    const [first] = found;
    if (first === undefined)
      faults.push(`The file has no column ${quoted(wanted)}, which map names for ${column}.`);
    else if (found.length > 1) faults.push(`The file has the column ${quoted(wanted)} twice.`);
    else columns[column] = { at: first.at, label: excerpt(first.name) };
  }
  return faults;
};

/**
 * Finds the columns by a header's fields. Without a map every column must be one of ours, in any case; with it, the map
 * names the file's own columns (exactly, or else in any case) and the others are left alone. Amount must be there, and a
 * currency unless there is a default. Each fault is a sentence.
 */
export const readHeader = (
  fields: readonly string[],
  map: ColumnMap | undefined,
  defaultCurrency: boolean,
): { layout: CsvLayout } | { faults: string[] } => {
  if (fields.some((name) => name.includes('\r')))
    return { faults: ['The lines end with a CR alone: end them with CR LF or LF.'] };
  const header = fields.map((name) => name.trim());
  const columns: CsvLayout['columns'] = {};
  const faults = map === undefined ? byOurNames(header, columns) : byMap(header, map, columns);
  if (columns.amount === undefined && map === undefined)
    faults.push('The header has no column amount; its columns are separated by a comma or a semicolon.');
  if (columns.currency === undefined && !defaultCurrency && !map?.has('currency'))
    faults.push('There is no column for the currency: add one, or give ?currency=.');
  return faults.length > 0 ? { faults } : { layout: { width: header.length, columns } };
};
