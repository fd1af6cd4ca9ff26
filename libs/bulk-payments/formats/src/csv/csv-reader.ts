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

/** Bytes parsed at a time. Small, because the event loop is blocked meanwhile. */
const PIECE = 8 * 1024;
const CHUNK = 500;
/** Records with a wrong number of fields after which the file is refused: each is expensive for the parser. */
const MAX_MISSHAPEN = 10_000;

export interface CsvReaderOptions {
  /** Used for records without a currency. */
  currency?: Currency;
  /** Names of the file's columns. Default: the API's names. */
  map?: ColumnMap;
}

/**
 * Reads one CSV file: RFC 4180, UTF-8, header row, comma or semicolon. Blank lines are ignored. A record larger than 64 KiB,
 * unbalanced quotes and a wrong header are errors of the file; everything else is an error of its record.
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
      for await (const _ of this.parse(file)) if (this.ready.length >= CHUNK) yield this.takeReady();
      if (this.total === 0)
        failFile('The file contains no payments: send a header row and one row per payment.');
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      this.errors.add(error.errors);
    }
    if (this.ready.length > 0) yield this.takeReady();
  }

  outcome(): FileOutcome {
    const { first: errors, count: errorCount } = this.errors;
    return { format: 'csv', message: null, total: this.total, errors, errorCount };
  }

  /** Yields after each piece of the file, when its records are in `ready`. */
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
      failFile(`More than ${MAX_MISSHAPEN} records have a different number of fields than the header.`, line);
    const instruction = readRow(fields, { n: ++this.total, line, layout, currency });
    this.repeated.check(instruction, layout.columns.reference?.label ?? 'reference');
    this.ready.push(instruction);
  }

  private readLayout(fields: string[], line: number): CsvLayout {
    const { map, currency } = this.options;
    const header = readHeader(fields, map, currency !== undefined);
    if ('layout' in header) return header.layout;
    throw new UnreadableFileError(header.errors.map((message) => ({ message, line, reason: 'NARR' })));
  }

  private takeReady(): Instruction[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }
}

/** The pieces up to the end of the header, and the delimiter of its fields. */
const readHead = async (pieces: AsyncIterator<Buffer>): Promise<{ bytes: Buffer; delimiter: ',' | ';' }> => {
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length <= MAX_RECORD) {
    const { value, done } = await pieces.next();
    const read = done ? bytes : Buffer.concat([bytes, value]);
    // The header may be the last line of the file.
    const delimiter = findDelimiter(done ? Buffer.concat([read, Buffer.from('\n')]) : read);
    if (done || delimiter !== undefined) return { bytes: read, delimiter: delimiter ?? ',' };
    bytes = read;
  }
  return { bytes, delimiter: ',' };
};
