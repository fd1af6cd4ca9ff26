import { CsvError, parse, type Parser } from 'csv-parse';
import { failFile, FileFault } from '../file-fault';

/** Largest record, in bytes. */
export const MAX_RECORD = 64 * 1024;

const SAYS: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'The record has a quote that is never closed.',
  CSV_INVALID_CLOSING_QUOTE:
    'The record has text after a closing quote; inside of quotes a quote is written twice.',
  INVALID_OPENING_QUOTE:
    'The record has a quote inside of a field that does not begin with one: put the field in quotes.',
  CSV_MAX_RECORD_SIZE: `The record is larger than ${MAX_RECORD} bytes.`,
};

const newlines = (field: string): number => {
  let count = 0;
  for (let at = field.indexOf('\n'); at !== -1; at = field.indexOf('\n', at + 1)) count++;
  return count;
};

/**
 * RFC 4180 records out of a stream of bytes (UTF-8, LF or CR LF), each handed to `onRecord` with the physical line at
 * which it begins. Written to piece by piece, so that it never runs ahead of its consumer; csv-parse does the parsing.
 *
 * It keeps the lines itself, as csv-parse counts a CR LF inside of quotes as two.
 */
export class RecordParser {
  private readonly parser: Parser;
  /** Lines that the records so far took up, blank ones left out. */
  private taken = 0;
  private failure: unknown = null;
  private sinceRecord = 0;

  constructor(delimiter: ',' | ';', onRecord: (fields: string[], line: number) => void) {
    this.parser = parse({
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_RECORD,
      on_record: (fields: string[]) => {
        const { line } = this;
        this.taken += 1 + fields.reduce((sum, field) => sum + newlines(field), 0);
        this.sinceRecord = 0;
        if (fields.length > 1 || /[^ \t]/.test(fields[0] ?? '')) onRecord(fields, line);
        return null;
      },
    });
    this.parser.on('error', (error) => (this.failure ??= error));
  }

  /** Resolves when all of the piece's whole records are handed over. @throws FileFault, or what `onRecord` threw */
  async write(piece: Uint8Array): Promise<void> {
    this.sinceRecord += piece.length;
    await new Promise<void>((resolve) => this.parser.write(piece, () => resolve()));
    this.check();
    // A record of nothing but delimiters, which csv-parse doesn't count.
    if (this.sinceRecord > 2 * MAX_RECORD) failFile(SAYS.CSV_MAX_RECORD_SIZE!, this.line);
  }

  /** Hands over the last record. @throws as `write` */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => this.parser.end(() => resolve()));
    this.check();
  }

  destroy(): void {
    this.parser.destroy();
  }

  /** Where the next record begins. */
  private get line(): number {
    return 1 + this.taken + this.parser.info.empty_lines;
  }

  private check(): void {
    if (this.failure === null) return;
    if (!(this.failure instanceof CsvError)) throw this.failure;
    const message = SAYS[this.failure.code] ?? 'The record is not CSV by RFC 4180.';
    throw new FileFault({ message, line: this.line, reason: 'NARR' });
  }
}
