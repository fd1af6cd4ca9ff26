/** A Markdown table; the first column is text, the others figures. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((name, column) =>
    Math.max(3, name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
};

/** 12,345 */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** 12.3 */
export const tenths = (value: number): string => value.toFixed(1);

/** 1.23 */
export const ratio = (value: number): string => value.toFixed(2);
