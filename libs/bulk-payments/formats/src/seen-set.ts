import { hash, randomBytes } from 'node:crypto';

/** 32-bit words kept of each key's hash: 128 bits. */
const WORDS = 4;
const FIRST_CAPACITY = 1024;

/**
 * Which keys came up before, in at most 43 bytes a key whatever its length (64 while it grows).
 *
 * Keeps hashes, not keys: two different keys are taken for one with a chance of 10^-26 among a million. The salt is new in
 * each set, so nobody can compute a file whose keys collide.
 */
export class SeenSet {
  private readonly salt = randomBytes(16).toString('base64');
  private table = new Uint32Array(FIRST_CAPACITY * WORDS);
  private size = 0;
  /** Of the key that is asked for. */
  private readonly words = new Uint32Array(WORDS);

  /** Whether `key` was asked for before. Well-formed Unicode: half surrogate pairs are all the same to it. */
  seen(key: string): boolean {
    const digest = hash('sha256', this.salt + key, 'buffer');
    const { words } = this;
    for (let at = 0; at < WORDS; at++) words[at] = digest.readUInt32LE(at * 4);
    // A first word of zero marks a free place.
    words[0] ||= 1;
    if (!this.insert(this.table, words, 0)) return true;
    this.size++;
    if (this.size * 4 > (this.table.length / WORDS) * 3) this.grow();
    return false;
  }

  /** Open addressing, linear probing. False: it is there already. */
  private insert(table: Uint32Array, from: Uint32Array, offset: number): boolean {
    const mask = table.length / WORDS - 1;
    for (let place = from[offset + 1]! & mask; ; place = (place + 1) & mask) {
      const at = place * WORDS;
      if (table[at] === 0) {
        for (let word = 0; word < WORDS; word++) table[at + word] = from[offset + word]!;
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
