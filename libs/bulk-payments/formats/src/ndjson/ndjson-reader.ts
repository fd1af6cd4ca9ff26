import { parseJson } from '@financeops/core/money';
import { failFile, UnreadableFileError } from '../unreadable-file.error';
import { ErrorList } from '../error-list';
import type { FileOutcome, Instruction, PaymentFileReader } from '../payment-file';
import { RepeatedReference } from '../repeated-reference';
import { unread } from '../unread-instruction';
import { utf8Pieces } from '../utf8-pieces';
import { linesOf, type Line } from './lines';
import { readPaymentLine } from './payment-line.rules';

/** Bytes. Small, as nobody else's work gets in while a piece is read. */
const PIECE = 16 * 1024;
const CHUNK = 500;
const MAX_LINE = 64 * 1024;

/**
 * Reads one NDJSON file: the body of a POST /v1/payments a line, UTF-8, blank lines passed over. A line longer than 64 KiB
 * and a last line that was cut off are errors of the file; whatever else is wrong, of its line.
 */
export class NdjsonReader implements PaymentFileReader {
  private readonly errors = new ErrorList();
  private readonly repeated = new RepeatedReference();
  private total = 0;

  async *instructions(file: AsyncIterable<Uint8Array>): AsyncGenerator<Instruction[]> {
    let ready: Instruction[] = [];
    try {
      for await (const lines of linesOf(utf8Pieces(file, PIECE), MAX_LINE)) {
        for (const line of lines) {
          const instruction = this.read(line);
          if (instruction !== null) ready.push(instruction);
        }
        if (ready.length < CHUNK) continue;
        yield ready;
        ready = [];
      }
      if (this.total === 0) failFile('The file holds no payment: send the body of a payment in each line.');
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      this.errors.add(error.errors);
    }
    if (ready.length > 0) yield ready;
  }

  outcome(): FileOutcome {
    const { first: errors, count: errorCount } = this.errors;
    return { format: 'ndjson', message: null, total: this.total, errors, errorCount };
  }

  /** Null for a blank line. */
  private read({ bytes, number, ended }: Line): Instruction | null {
    const text = bytes.toString('utf8');
    if (text.trim() === '') return null;
    let body: unknown;
    try {
      body = parseJson(text);
    } catch {
      if (!ended) failFile('The last line is not well-formed JSON: the file seems to be cut off.', number);
      const instruction = unread(++this.total, number);
      instruction.errors.push({ message: 'The line is not well-formed JSON.', line: number, reason: 'NARR' });
      return instruction;
    }
    const instruction = readPaymentLine(body, ++this.total, number);
    this.repeated.check(instruction, 'reference');
    return instruction;
  }
}
