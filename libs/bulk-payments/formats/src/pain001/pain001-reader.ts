import { type FileOutcome, type Instruction, type PaymentFileReader } from '../payment-file';
import { ErrorList } from '../error-list';
import { UnreadableFileError } from '../unreadable-file.error';
import { DocumentListener } from './document-listener';
import { unreadableXml } from './xml/unreadable';
import { utf8Slices } from './xml/utf8-slices';
import { XmlEvents } from './xml/xml-events';

/** Instructions that are handed over at a time, about. */
const CHUNK = 250;

/**
 * ISO 20022 pain.001 (.03, .09, .11, and national dialects that only restrict .03) in one pass: encoding, well-formedness,
 * the whole structure and its types, counts and control sums, accounts, banks, amounts, duplicates.
 *
 * Goes on after whatever doesn't end the XML itself, so that a file's errors are told together. A good file is read to its
 * last byte.
 */
export class Pain001Reader implements PaymentFileReader {
  private readonly errors = new ErrorList();
  private readonly document = new DocumentListener(this.errors);
  private header: FileOutcome['message'] = null;

  async *instructions(file: AsyncIterable<Uint8Array>): AsyncGenerator<Instruction[]> {
    const xml = new XmlEvents(this.document);
    let isWhole = true;
    for await (const { text, fault } of utf8Slices(file)) {
      isWhole = this.attempt(() => {
        xml.write(text);
        if (fault !== undefined) throw unreadableXml(fault, xml.line);
      });
      if (!isWhole) break;
      if (this.waiting >= CHUNK) yield* this.chunks();
    }
    if (isWhole && this.attempt(() => xml.end())) this.document.message?.end();
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
    const all = this.document.message?.take() ?? [];
    for (let at = 0; at < all.length; at += CHUNK) yield all.slice(at, at + CHUNK);
  }

  /** Whether reading can go on. */
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
