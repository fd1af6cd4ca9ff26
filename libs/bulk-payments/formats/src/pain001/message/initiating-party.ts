import { createHash } from 'node:crypto';

/** So that it fits into an index of any database. */
const MAX_LENGTH = 1_000;

/**
 * The initiating party of a message in one canonical string: its name and identifiers, in the order of the structure, as a
 * JSON array of paths and values; a hash of that when it would be longer than 1,000 characters.
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

  /** Once, after the last part. */
  canonical(): string {
    return this.length < MAX_LENGTH ? `[${this.parts.join(',')}]` : `sha256:${this.hash.digest('hex')}`;
  }
}
