import { TextDecoder } from 'node:util';
import { incompleteTail } from '../../utf8-tail';

/** Bytes decoded at a time, so that a large chunk is never in memory twice. */
const SLICE_BYTES = 65_536;

/** A piece of text, and possibly the error that ends the file. */
interface Slice {
  text: string;
  /** Why the rest cannot be read. */
  error?: string;
}

const NOT_UTF8 =
  'From this line on, the file is not UTF-8: save it as UTF-8, and declare UTF-8 in the XML declaration or omit it.';
const UTF16 = 'The file is UTF-16 or UTF-32: save it as UTF-8.';

/** Whether a file starts like UTF-16 or UTF-32: with a byte order mark, or with "<" as the first character. */
const isWide = ([a, b]: Uint8Array): boolean =>
  (a === 0xfe && b === 0xff) || (a === 0xff && b === 0xfe) || a === 0 || (a === 0x3c && b === 0);

/** Keeps the byte order mark for the parser: the decoder would drop one at the start of every slice. */
const decoder = (): TextDecoder => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The longest valid prefix, found by bisection: the decoder reports that there is an error, not where. */
const validPrefix = (bytes: Uint8Array): string => {
  const isValid = (length: number): boolean => {
    try {
      decoder().decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let [valid, broken] = [0, bytes.length + 1];
  while (broken - valid > 1) {
    const middle = (valid + broken) >> 1;
    if (isValid(middle)) valid = middle;
    else broken = middle;
  }
  return decoder().decode(bytes.subarray(0, valid), { stream: true });
};

/** Decodes a UTF-8 file slice by slice. A slice with an error is the last. */
export async function* utf8Slices(file: AsyncIterable<Uint8Array>): AsyncGenerator<Slice> {
  const whole = decoder();
  let rest = new Uint8Array(0);
  let isFirst = true;
  for await (const chunk of file) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      let bytes = chunk.subarray(at, at + SLICE_BYTES);
      if (rest.length > 0) bytes = Buffer.concat([rest, bytes]);
      if (isFirst && bytes.length < 2) {
        rest = Uint8Array.from(bytes);
        continue;
      }
      if (isFirst && isWide(bytes)) return yield { text: '', error: UTF16 };
      isFirst = false;
      const end = bytes.length - incompleteTail(bytes);
      rest = Uint8Array.from(bytes.subarray(end));
      try {
        yield { text: whole.decode(bytes.subarray(0, end)) };
      } catch {
        return yield { text: validPrefix(bytes.subarray(0, end)), error: NOT_UTF8 };
      }
    }
  }
  if (isFirst) yield { text: validPrefix(rest) };
  else if (rest.length > 0) yield { text: '', error: NOT_UTF8 };
}
