const WIDTH = 30;

export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

export const heading = (text: string): void => say(`\n${text}\n${'-'.repeat(text.length)}`);

/** One line that is written over while it grows; a line each where the output is no terminal. */
export const progress = (label: string, done: number, total: number): void => {
  const share = total === 0 ? 1 : done / total;
  const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.');
  const line = `${label.padEnd(34)} [${bar}] ${done}/${total}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}${done === total ? '\n' : ''}`);
  else if (done === total) say(line);
};

/** Columns as wide as they must be. */
export const table = (head: string[], rows: (string | number)[][]): void => {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  say(line(head));
  say(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of all.slice(1)) say(line(row));
};

const EXPONENT: Record<string, number> = { JPY: 0, KWD: 3 };

/** Minor units as people write them. */
export const money = ({ amount, currency }: { amount: number; currency: string }): string => {
  const exponent = EXPONENT[currency] ?? 2;
  const digits = String(amount).padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  return `${digits.slice(0, cut)}${exponent === 0 ? '' : `.${digits.slice(cut)}`} ${currency}`;
};
