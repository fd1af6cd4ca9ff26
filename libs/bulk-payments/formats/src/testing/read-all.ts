import type { FileOutcome, Instruction, PaymentFileReader } from '../payment-file';

export interface Reading {
  rows: Instruction[];
  outcome: FileOutcome;
  /** Bytes that the reader consumed. */
  taken: number;
}

/** Reads a file in pieces of `size` bytes. */
export const readAll = async (
  reader: PaymentFileReader,
  file: string | Uint8Array,
  size = 64 * 1024,
): Promise<Reading> => {
  const bytes = typeof file === 'string' ? Buffer.from(file, 'utf8') : file;
  let taken = 0;
  const stream = async function* () {
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      taken += piece.length;
      yield await Promise.resolve(piece);
    }
  };
  const rows: Instruction[] = [];
  for await (const chunk of reader.instructions(stream())) rows.push(...chunk);
  return { rows, outcome: reader.outcome(), taken };
};

/** A stream of `count` times `piece`, without buffering it. */
export async function* repeated(piece: string, count: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(piece);
  for (let at = 0; at < count; at++) yield await Promise.resolve(bytes);
}
