import { type FileOutcome, type Instruction } from '../../payment-file';
import { Pain001Reader } from '../pain001-reader';

/** All of a file at once, for tests. */
export interface WholeFile {
  instructions: Instruction[];
  outcome: FileOutcome;
  chunks: number[];
}

export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Reads text or bytes, `size` bytes at a time. */
export const readWhole = async (file: string | Uint8Array, size = 65_536): Promise<WholeFile> =>
  readStream(inPieces(typeof file === 'string' ? Buffer.from(file) : file, size));

export const readStream = async (file: AsyncIterable<Uint8Array>): Promise<WholeFile> => {
  const reader = new Pain001Reader();
  const instructions: Instruction[] = [];
  const chunks: number[] = [];
  for await (const chunk of reader.instructions(file)) {
    chunks.push(chunk.length);
    instructions.push(...chunk);
  }
  return { instructions, outcome: reader.outcome(), chunks };
};
