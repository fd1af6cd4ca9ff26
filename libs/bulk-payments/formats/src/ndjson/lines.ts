import { failFile } from '../unreadable-file.error';

const LF = 0x0a;

export interface Line {
  bytes: Buffer;
  /** From 1. */
  number: number;
  /** Whether a line feed follows. The last line of a truncated file has none. */
  ended: boolean;
}

/**
 * Splits pieces, cut anywhere, into lines of at most `max` bytes. Yields the lines that each piece completes.
 * @throws UnreadableFileError for a longer line
 */
export async function* linesOf(pieces: AsyncIterable<Buffer>, max: number): AsyncGenerator<Line[]> {
  let rest: Buffer[] = [];
  let held = 0;
  let number = 1;
  const hold = (part: Buffer): void => {
    held += part.length;
    if (held > max) failFile(`The line is longer than ${max} bytes.`, number);
    rest.push(part);
  };
  const join = (ended: boolean): Line => {
    const [first = Buffer.alloc(0), ...others] = rest;
    const bytes = others.length === 0 ? first : Buffer.concat(rest);
    const line = { bytes, number, ended };
    rest = [];
    held = 0;
    return line;
  };
  for await (const piece of pieces) {
    const lines: Line[] = [];
    let from = 0;
    for (let to = piece.indexOf(LF); to !== -1; from = to + 1, to = piece.indexOf(LF, from), number++) {
      hold(piece.subarray(from, to));
      lines.push(join(true));
    }
    if (lines.length > 0) yield lines;
    if (from < piece.length) hold(piece.subarray(from));
  }
  if (held > 0) yield [join(false)];
}
