import { isUtf8 } from 'node:buffer';
import { failFile } from './unreadable-file.error';
import { incompleteTail } from './utf8-tail';

const LF = 0x0a;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const HOW = 'send it in UTF-8';

const countLines = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
};

/** Index of the first line that is not UTF-8, from 0. */
const badLine = (bytes: Buffer): number => {
  let line = 0;
  for (let from = 0, to = bytes.indexOf(LF); to !== -1; from = to + 1, to = bytes.indexOf(LF, from)) {
    if (!isUtf8(bytes.subarray(from, to))) break;
    line++;
  }
  return line;
};

/**
 * Cuts a file into pieces of whole UTF-8 characters, of about `size` bytes at most, without the byte order mark. Holds at
 * most one chunk of the source.
 *
 * @throws UnreadableFileError for bytes that are not UTF-8 (RFC 3629), and for NUL, a sign of UTF-16
 */
export async function* utf8Pieces(file: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const chunk of file) {
    for (let from = 0; from < chunk.length; from += size) {
      const view = Buffer.from(chunk.buffer, chunk.byteOffset + from, Math.min(size, chunk.length - from));
      if (first && rest.length === 0 && (view[0] ?? 0) >= 0xfe) failFile(`The file is in UTF-16: ${HOW}.`, 1);
      const bytes = rest.length === 0 ? view : Buffer.concat([rest, view]);
      const tail = incompleteTail(bytes);
      let whole = bytes.subarray(0, bytes.length - tail);
      if (!isUtf8(whole))
        failFile(`The file contains bytes that are not UTF-8: ${HOW}.`, line + badLine(whole));
      const nul = whole.indexOf(0);
      if (nul !== -1)
        failFile(
          `The file contains NUL characters and may be UTF-16: ${HOW}.`,
          line + countLines(whole.subarray(0, nul)),
        );
      // Copied, because the source may reuse its buffer.
      rest = Buffer.from(bytes.subarray(bytes.length - tail));
      if (whole.length === 0) continue;
      if (first && whole.indexOf(BOM) === 0) whole = whole.subarray(BOM.length);
      first = false;
      if (whole.length > 0) yield whole;
      line += countLines(whole);
    }
  }
  if (rest.length > 0) failFile(`The file ends inside a UTF-8 character: send the complete file.`, line);
}
