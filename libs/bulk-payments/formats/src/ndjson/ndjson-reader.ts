import { parseJson } from '@financeops/core/money';
import { failFile, UnreadableFileError } from '../unreadable-file.error';
import { ErrorList } from '../error-list';
import type { FileOutcome, Instruction, PaymentFileReader } from '../payment-file';
import { RepeatedReference } from '../repeated-reference';
import { emptyInstruction } from '../empty-instruction';
import { utf8Pieces } from '../utf8-pieces';
import { linesOf, type Line } from './lines';
import { readPaymentLine } from './payment-line.rules';

/** Bytes parsed at a time. Small, because the event loop is blocked meanwhile. */
const PIECE = 16 * 1024;
const CHUNK = 500;
const MAX_LINE = 64 * 1024;

/**
 * Reads one NDJSON file: UTF-8, one POST /v1/payments body per line, blank lines ignored. A line longer than 64 KiB and a
 * truncated last line are errors of the file; everything else is an error of its line.
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
      if (this.total === 0) failFile('The file contains no payments: send one payment body per line.');
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
      if (!ended)
        failFile('The last line is not well-formed JSON: the file appears to be truncated.', number);
      const instruction = emptyInstruction(++this.total, number);
      instruction.errors.push({ message: 'The line is not well-formed JSON.', line: number, reason: 'NARR' });
      return instruction;
    }
    const instruction = readPaymentLine(body, ++this.total, number);
    this.repeated.check(instruction, 'reference');
    return instruction;
  }
}
