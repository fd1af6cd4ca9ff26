import { createHash } from 'node:crypto';
import { Command } from 'ioredis';
import type { RedisConnection } from './redis-connection';

const isUnknownScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');

/** A script sent by its hash; the text goes along only when the server has forgotten it (restart, SCRIPT FLUSH). */
export class LuaScript {
  private readonly sha: string;

  constructor(private readonly source: string) {
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  /**
   * All keys must lie in one slot when `redis` is a cluster. `timeoutMs`: rejects after so long, instead of after the
   * connection's own `commandTimeout`; for callers that go on without an answer but still want to know of a late one.
   */
  async run(
    redis: RedisConnection,
    keys: readonly string[],
    args: readonly (string | number)[],
    timeoutMs?: number,
  ): Promise<unknown> {
    const send = (name: 'evalsha' | 'eval', script: string): Promise<unknown> => {
      const command = new Command(name, [script, keys.length, ...keys, ...args], { replyEncoding: 'utf8' });
      // The first timeout that is set is the one that counts.
      if (timeoutMs !== undefined) command.setTimeout(timeoutMs);
      return redis.sendCommand(command) as Promise<unknown>;
    };
    try {
      return await send('evalsha', this.sha);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return send('eval', this.source);
    }
  }
}
