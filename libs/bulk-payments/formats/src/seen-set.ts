import { hash, randomBytes } from 'node:crypto';

/** 32-bit words kept of each key's hash: 128 bits. */
const WORDS = 4;
const FIRST_CAPACITY = 1024;

/**
 * A set of keys that takes at most 43 bytes per key, whatever its length (64 while it grows).
 *
 * It keeps hashes, not keys. Among a million keys, two collide with a probability of 10^-26. Each set has a new salt, so
 * nobody can prepare a file whose keys collide.
 */
export class SeenSet {
  private readonly salt = randomBytes(16).toString('base64');
  private table = new Uint32Array(FIRST_CAPACITY * WORDS);
  private size = 0;
  /** Hash of the key passed to `seen`. */
  private readonly words = new Uint32Array(WORDS);

  /** Adds `key`; returns whether it was in the set. Lone surrogates count as equal: pass well-formed Unicode. */
  seen(key: string): boolean {
    const digest = hash('sha256', this.salt + key, 'buffer');
    const { words } = this;
    for (let at = 0; at < WORDS; at++) words[at] = digest.readUInt32LE(at * 4);
    // A first word of zero marks a free slot.
    words[0] ||= 1;
    if (!this.insert(this.table, words, 0)) return true;
    this.size++;
    if (this.size * 4 > (this.table.length / WORDS) * 3) this.grow();
    return false;
  }

  /** Open addressing, linear probing. Returns false when the key is in the table. */
  private insert(table: Uint32Array, from: Uint32Array, offset: number): boolean {
    const mask = table.length / WORDS - 1;
    for (let place = (from[offset + 1] ?? 0) & mask; ; place = (place + 1) & mask) {
      const at = place * WORDS;
      if (table[at] === 0) {
        table.set(from.subarray(offset, offset + WORDS), at);
        return true;
      }
      let same = 0;
      while (same < WORDS && table[at + same] === from[offset + same]) same++;
      if (same === WORDS) return false;
    }
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WORDS) if (old[at] !== 0) this.insert(this.table, old, at);
  }
}
