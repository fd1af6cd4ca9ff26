import { type FileOutcome, type Instruction, type PaymentFileReader } from '../payment-file';
import { ErrorList } from '../error-list';
import { UnreadableFileError } from '../unreadable-file.error';
import { DocumentListener } from './document-listener';
import { unreadableXml } from './xml/unreadable';
import { utf8Slices } from './xml/utf8-slices';
import { XmlEvents } from './xml/xml-events';

/** Largest number of instructions per chunk. */
const CHUNK = 250;

/**
 * ISO 20022 pain.001 (.03, .09, .11, and national dialects that only restrict .03) in one pass. Validates encoding,
 * well-formedness, structure and types, counts and control sums, accounts, banks, amounts and duplicates.
 *
 * Continues after every error except one in the XML itself, so that all errors of a file are reported together.
 */
export class Pain001Reader implements PaymentFileReader {
  private readonly errors = new ErrorList();
  private readonly document = new DocumentListener(this.errors);
  private header: FileOutcome['message'] = null;

  async *instructions(file: AsyncIterable<Uint8Array>): AsyncGenerator<Instruction[]> {
    const xml = new XmlEvents(this.document);
    let isWhole = true;
    for await (const { text, error } of utf8Slices(file)) {
      isWhole = this.attempt(() => {
        xml.write(text);
        if (error !== undefined) throw unreadableXml(error, xml.line);
      });
      if (!isWhole) break;
      if (this.waiting >= CHUNK) yield* this.chunks();
    }
    if (isWhole && this.attempt(() => xml.end())) this.document.message?.checkTotals();
    this.header = this.document.message?.header() ?? null;
    yield* this.chunks();
  }

  outcome(): FileOutcome {
    return {
      format: this.document.format ?? 'pain.001.001.09',
      message: this.header,
      total: this.document.message?.total ?? 0,
      errors: this.errors.first,
      errorCount: this.errors.count,
    };
  }

  private get waiting(): number {
    return this.document.message?.waiting ?? 0;
  }

  private *chunks(): Generator<Instruction[]> {
    const all = this.document.message?.takeReady() ?? [];
    for (let at = 0; at < all.length; at += CHUNK) yield all.slice(at, at + CHUNK);
  }

  /** Returns whether reading can continue. */
  private attempt(step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      this.errors.add(error.errors);
      return false;
    }
  }
}
