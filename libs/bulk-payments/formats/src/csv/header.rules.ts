import { excerpt } from '../rules/excerpt.rules';
import { columnNamed, CSV_COLUMNS, type ColumnMap, type CsvColumn } from './column-map.rules';

/** Positions of a file's columns. */
export interface CsvLayout {
  /** Number of fields in the header, and therefore in every record. */
  width: number;
  columns: Partial<Record<CsvColumn, { at: number; label: string }>>;
}

const quoted = (name: string): string => `"${excerpt(name)}"`;

const columnsByName = (header: readonly string[], columns: CsvLayout['columns']): string[] => {
  const errors: string[] = [];
  header.forEach((name, at) => {
    const column = columnNamed(name);
    if (column === undefined)
      errors.push(
        name === ''
          ? `Column ${at + 1} has no name: give it one or remove it.`
          : `The column ${quoted(name)} is unknown: remove it, or map your columns with ?map=amount:Your column,... ` +
              `(targets: ${CSV_COLUMNS.join(', ')}).`,
      );
    else if (columns[column] !== undefined) errors.push(`The column ${column} appears twice: keep one.`);
    else columns[column] = { at, label: name };
  });
  return errors;
};

const columnsByMap = (header: readonly string[], map: ColumnMap, columns: CsvLayout['columns']): string[] => {
  const errors: string[] = [];
  const named = header.map((name, at) => ({ name, at }));
  for (const [column, wanted] of map) {
    const exact = named.filter(({ name }) => name === wanted);
    const found =
      exact.length > 0 ? exact : named.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    const [first] = found;
    if (first === undefined)
      errors.push(`The file has no column ${quoted(wanted)}, to which map assigns ${column}.`);
    else if (found.length > 1) errors.push(`The file has two columns named ${quoted(wanted)}: rename one.`);
    else columns[column] = { at: first.at, label: excerpt(first.name) };
  }
  return errors;
};

/**
 * Finds the columns in a header. Without a map, every column must be one of CSV_COLUMNS, compared without case. With a
 * map, it names the file's columns (matched exactly first, then without case), and other columns are ignored. Amount is
 * required, and currency unless there is a default. Each error is a sentence.
 */
export const readHeader = (
  fields: readonly string[],
  map: ColumnMap | undefined,
  defaultCurrency: boolean,
): { layout: CsvLayout } | { errors: string[] } => {
  if (fields.some((name) => name.includes('\r')))
    return { errors: ['The lines end with CR only: end them with CR LF or LF.'] };
  const header = fields.map((name) => name.trim());
  const columns: CsvLayout['columns'] = {};
  const errors = map === undefined ? columnsByName(header, columns) : columnsByMap(header, map, columns);
  if (columns.amount === undefined && map === undefined)
    errors.push('The header has no column amount. Separate columns with commas or semicolons.');
  if (columns.currency === undefined && !defaultCurrency && !map?.has('currency'))
    errors.push('The header has no column currency: add one, or set ?currency=.');
  return errors.length > 0 ? { errors } : { layout: { width: header.length, columns } };
};
