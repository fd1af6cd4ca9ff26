const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Finds the ends of replies in what a keep-alive connection delivers. Only for replies with a Content-Length, one at a
 * time (no pipelining): all that the measured servers send.
 */
export class ReplyReader {
  private pending: Buffer | undefined;

  /** The status of the reply that `chunk` completes; `undefined` while there is more to come. */
  push(chunk: Buffer): number | undefined {
    const bytes = this.pending === undefined ? chunk : Buffer.concat([this.pending, chunk]);
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd < 0) {
      this.pending = bytes;
      return undefined;
    }
    const head = bytes.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`a reply without Content-Length:\n${head}`);
    const end = headEnd + 4 + Number(length);
    if (bytes.length < end) {
      this.pending = bytes;
      return undefined;
    }
    if (bytes.length > end) throw new Error('a reply is longer than its Content-Length says');
    this.pending = undefined;
    return Number(head.slice(9, 12));
  }
}
