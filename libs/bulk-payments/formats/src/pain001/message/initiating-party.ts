import { createHash } from 'node:crypto';

/** Fits into an index of any database. */
const MAX_LENGTH = 1_000;

/**
 * Name and identifiers of the initiating party as one canonical string: a JSON array of paths and values in the order of the
 * structure, or its hash when the array is longer than 1,000 characters.
 */
export class InitiatingParty {
  private readonly hash = createHash('sha256');
  private readonly parts: string[] = [];
  private length = 0;

  add(path: string, value: string): void {
    const part = JSON.stringify([path, value]);
    this.hash.update(`${part}\n`);
    this.length += part.length + 1;
    if (this.length < MAX_LENGTH) this.parts.push(part);
  }

  /** Call it once, after the last part. */
  canonical(): string {
    return this.length < MAX_LENGTH ? `[${this.parts.join(',')}]` : `sha256:${this.hash.digest('hex')}`;
  }
}
