import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hash, verify, type Options } from '@node-rs/argon2';

/**
 * OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB of memory, two passes, one lane.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
export const ARGON2_OPTIONS = {
  /** Argon2id: the package's enum is a `const` one, which isolated modules can't read. */
  algorithm: 2,
  /** KiB */
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} satisfies Options;

/** Hashes and checks passwords on libuv's thread pool: the event loop goes on meanwhile. */
@Injectable()
export class PasswordHasher {
  /** The hash of a password that nobody knows: checked against where there is no account, so that it takes as long. */
  private readonly decoy = this.hash(randomBytes(32).toString('base64'));

  /** A PHC string: parameters and salt included. */
  hash(password: string): Promise<string> {
    return hash(password, ARGON2_OPTIONS);
  }

  /** Whether the password is the one. `null` (no account) does the same work and says no. */
  async verify(passwordHash: string | null, password: string): Promise<boolean> {
    const matches = await verify(passwordHash ?? (await this.decoy), password);
    return matches && passwordHash !== null;
  }
}
