import type { Currency } from '@financeops/core/money';
import { failFile, UnreadableFileError } from '../unreadable-file.error';
import { ErrorList } from '../error-list';
import type { FileOutcome, Instruction, PaymentFileReader } from '../payment-file';
import { RepeatedReference } from '../repeated-reference';
import { utf8Pieces } from '../utf8-pieces';
import type { ColumnMap } from './column-map.rules';
import { findDelimiter } from './delimiter.rules';
import { readHeader, type CsvLayout } from './header.rules';
import { MAX_RECORD, RecordParser } from './record-parser';
import { readRow } from './row.rules';

/** Bytes. Small, as nobody else's work gets in while the parser is at a piece. */
const PIECE = 8 * 1024;
const CHUNK = 500;
/** A file with so many records that don't have the header's fields is no table; and each costs the parser dearly. */
const MAX_MISSHAPEN = 10_000;

export interface CsvReaderOptions {
  /** Of the payments whose record names none. */
  currency?: Currency;
  /** The file's own columns; without it they have the contract's names. */
  map?: ColumnMap;
}

/**
 * Reads one CSV file: RFC 4180, UTF-8, header row, comma or semicolon. Blank lines are passed over. A record larger than
 * 64 KiB, quotes that don't match and a wrong header are errors of the file; whatever else is wrong, of its record.
 */
export class CsvReader implements PaymentFileReader {
  private readonly errors = new ErrorList();
  private readonly repeated = new RepeatedReference();
  private layout: CsvLayout | null = null;
  private ready: Instruction[] = [];
  private total = 0;
  private misshapen = 0;

  constructor(private readonly options: CsvReaderOptions = {}) {}

  async *instructions(file: AsyncIterable<Uint8Array>): AsyncGenerator<Instruction[]> {
    try {
      for await (const _ of this.parse(file)) if (this.ready.length >= CHUNK) yield this.take();
      if (this.total === 0)
        failFile('The file holds no payment: send a header row, and a row for each payment.');
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      this.errors.add(error.errors);
    }
    if (this.ready.length > 0) yield this.take();
  }

  outcome(): FileOutcome {
    const { first: errors, count: errorCount } = this.errors;
    return { format: 'csv', message: null, total: this.total, errors, errorCount };
  }

  /** Yields whenever the records of one more piece of the file are ready. */
  private async *parse(file: AsyncIterable<Uint8Array>): AsyncGenerator<void> {
    const pieces = utf8Pieces(file, PIECE);
    const head = await readHead(pieces);
    const parser = new RecordParser(head.delimiter, (fields, line) => this.read(fields, line));
    try {
      await parser.write(head.bytes);
      yield;
      for await (const piece of pieces) {
        await parser.write(piece);
        yield;
      }
      await parser.end();
    } finally {
      parser.destroy();
      await pieces.return(undefined);
    }
  }

  private read(fields: string[], line: number): void {
    if (this.layout === null) {
      this.layout = this.readLayout(fields, line);
      return;
    }
    const { layout } = this;
    const { currency } = this.options;
    if (fields.length !== layout.width && ++this.misshapen > MAX_MISSHAPEN)
      failFile(`More than ${MAX_MISSHAPEN} records don't have as many fields as the header.`, line);
    const instruction = readRow(fields, { n: ++this.total, line, layout, currency });
    this.repeated.check(instruction, layout.columns.reference?.label ?? 'reference');
    this.ready.push(instruction);
  }

  private readLayout(fields: string[], line: number): CsvLayout {
    const { map, currency } = this.options;
    const header = readHeader(fields, map, currency !== undefined);
    if ('layout' in header) return header.layout;
    throw new UnreadableFileError(header.faults.map((message) => ({ message, line, reason: 'NARR' })));
  }

  private take(): Instruction[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }
}

/** The pieces up to the end of the header, and what separates its fields. */
const readHead = async (pieces: AsyncIterator<Buffer>): Promise<{ bytes: Buffer; delimiter: ',' | ';' }> => {
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length <= MAX_RECORD) {
    const { value, done } = await pieces.next();
    const read = done ? bytes : Buffer.concat([bytes, value]);
    // The header's line may be the file's last.
    const delimiter = findDelimiter(done ? Buffer.concat([read, Buffer.from('\n')]) : read);
    if (done || delimiter !== undefined) return { bytes: read, delimiter: delimiter ?? ',' };
    bytes = read;
  }
  return { bytes, delimiter: ',' };
};
