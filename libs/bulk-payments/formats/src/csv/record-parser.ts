import { CsvError, parse, type Parser } from 'csv-parse';
import { failFile } from '../unreadable-file.error';

/** Largest record, in bytes. */
export const MAX_RECORD = 64 * 1024;

const RECORD_TOO_LARGE = `The record is larger than ${MAX_RECORD} bytes.`;

/** Error messages by the codes of csv-parse. */
const MESSAGES: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote in the record is not closed: add the closing quote.',
  CSV_INVALID_CLOSING_QUOTE: 'The record has text after a closing quote: write a quote inside quotes twice.',
  INVALID_OPENING_QUOTE:
    'The record has a quote inside an unquoted field: put the whole field in quotes and double the quotes inside it.',
  CSV_MAX_RECORD_SIZE: RECORD_TOO_LARGE,
};

const newlines = (field: string): number => {
  let count = 0;
  for (let at = field.indexOf('\n'); at !== -1; at = field.indexOf('\n', at + 1)) count++;
  return count;
};

/**
 * Parses a stream of bytes (UTF-8, LF or CR LF) into RFC 4180 records with csv-parse. Each is passed to `onRecord` with the
 * physical line on which it begins. Pieces are written one at a time, so that the parser never runs ahead of its consumer.
 *
 * Lines are counted here, because csv-parse counts a CR LF inside quotes as two.
 */
export class RecordParser {
  private readonly parser: Parser;
  /** Lines of the records so far, without blank lines. */
  private recordLines = 0;
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
        this.recordLines += 1 + fields.reduce((sum, field) => sum + newlines(field), 0);
        this.sinceRecord = 0;
        if (fields.length > 1 || /[^ \t]/.test(fields[0] ?? '')) onRecord(fields, line);
        return null;
      },
    });
    this.parser.on('error', (error) => (this.failure ??= error));
  }

  /** Resolves when all complete records of the piece have been passed to `onRecord`. @throws UnreadableFileError, or what `onRecord` threw */
  async write(piece: Uint8Array): Promise<void> {
    this.sinceRecord += piece.length;
    await new Promise<void>((resolve) => this.parser.write(piece, () => resolve()));
    this.check();
    // csv-parse does not apply its limit to a record that consists of delimiters only.
    if (this.sinceRecord > 2 * MAX_RECORD) failFile(RECORD_TOO_LARGE, this.line);
  }

  /** Passes on the last record. @throws as `write` */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => this.parser.end(() => resolve()));
    this.check();
  }

  destroy(): void {
    this.parser.destroy();
  }

  /** Line on which the next record begins, from 1. */
  private get line(): number {
    return 1 + this.recordLines + this.parser.info.empty_lines;
  }

  private check(): void {
    if (this.failure === null) return;
    if (!(this.failure instanceof CsvError)) throw this.failure;
    const message = MESSAGES[this.failure.code] ?? 'The record is not valid CSV (RFC 4180).';
    failFile(message, this.line);
  }
}
