import { TextDecoder } from 'node:util';
import { incompleteTail } from '../../utf8-tail';

/** Bytes that are decoded at a time, so that a large chunk is never held twice. */
const SLICE_BYTES = 65_536;

/** Text, or where it ends because what follows is no UTF-8. */
export interface Slice {
  text: string;
  /** Why nothing follows. */
  fault?: string;
}

const NOT_UTF8 =
  'The file is not in UTF-8 (or US-ASCII) from here on: save it as UTF-8, with an XML declaration that says so or none.';
const UTF16 = 'The file is in UTF-16 or UTF-32, not in UTF-8: save it as UTF-8.';

/** How the first bytes of UTF-16 and UTF-32 look, with a byte order mark or with "<" as the first character. */
const isWide = ([a, b]: Uint8Array): boolean =>
  (a === 0xfe && b === 0xff) || (a === 0xff && b === 0xfe) || a === 0 || (a === 0x3c && b === 0);

/** The byte order mark is the parser's to drop: a decoder would drop it at the beginning of each slice. */
const decoder = (): TextDecoder => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The longest part that is UTF-8: halving, as the decoder says only whether, not where. */
const soundPart = (bytes: Uint8Array): string => {
  const isSound = (length: number): boolean => {
    try {
      decoder().decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let [sound, broken] = [0, bytes.length + 1];
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (isSound(middle)) sound = middle;
    else broken = middle;
  }
  return decoder().decode(bytes.subarray(0, sound), { stream: true });
};

/** The text of a file in UTF-8, a slice at a time. After a slice with a fault comes no other. */
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
      if (isFirst && isWide(bytes)) return yield { text: '', fault: UTF16 };
      isFirst = false;
      const end = bytes.length - incompleteTail(bytes);
      rest = Uint8Array.from(bytes.subarray(end));
      try {
        yield { text: whole.decode(bytes.subarray(0, end)) };
      } catch {
        return yield { text: soundPart(bytes.subarray(0, end)), fault: NOT_UTF8 };
      }
    }
  }
  if (isFirst) yield { text: soundPart(rest) };
  else if (rest.length > 0) yield { text: '', fault: NOT_UTF8 };
}
