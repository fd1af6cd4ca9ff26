import { createHash } from 'node:crypto';
import { DomainError } from '@financeops/core/errors';

/** Passes on the bytes of a file, limits their number and computes their hash. */
export class MeasuredFile implements AsyncIterable<Uint8Array> {
  private readonly hash = createHash('sha256');
  private size = 0;

  constructor(
    private readonly source: AsyncIterable<Uint8Array>,
    private readonly maxBytes: number,
  ) {}

  /** @throws DomainError `payload-too-large` */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const bytes of this.source) {
      this.size += bytes.length;
      if (this.size > this.maxBytes) throw fileTooLarge(this.maxBytes);
      this.hash.update(bytes);
      yield bytes;
    }
  }

  /** SHA-256 of all bytes, hex. Call it once, after the end. */
  digest(): string {
    return this.hash.digest('hex');
  }
}

export const fileTooLarge = (maxBytes: number): DomainError =>
  new DomainError('payload-too-large', `The file is larger than ${maxBytes} bytes; split it.`);
