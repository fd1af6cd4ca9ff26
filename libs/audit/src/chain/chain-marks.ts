import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { LuaScript, REDIS, type RedisConnection } from '@financeops/core/redis';

/** Never lower: two processes may come in another order than they committed in. */
const RAISE = new LuaScript(`
for i = 1, #ARGV, 2 do
  local known = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '0')
  if tonumber(ARGV[i + 1]) > known then redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
end`);

/**
 * How long every chain has been, kept in Redis (hash `audit-marks:<database>`, by owner): who can write to MongoDB can put
 * an earlier end of a chain back, with its seal, but not shorten this. Without Redis, chains go on,
 * and are marked when it is back.
 */
@Injectable()
export class ChainMarks {
  private readonly logger = new Logger(ChainMarks.name);
  private readonly unsent = new Map<string, number>();
  private failing = false;

  constructor(
    @Inject(REDIS) private readonly redis: RedisConnection,
    @InjectConnection() private readonly connection: Connection,
  ) {}

  /** Number of events by owner: 0 for one that has no mark, and of everybody while Redis is away. */
  async of(owners: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = await this.unlessAway(this.redis.hmget(this.key, ...owners), []);
    return new Map(owners.map((owner, index) => [owner, Number(found[index] ?? 0)]));
  }

  /** Everybody who has a mark. */
  async owners(): Promise<string[]> {
    return this.unlessAway(this.redis.hkeys(this.key), []);
  }

  /** Called once the ends are committed. Never rejects. */
  raise(lengths: ReadonlyMap<string, number>): Promise<void> {
    for (const [owner, length] of lengths) this.unsent.set(owner, length);
    return this.flush();
  }

  /** Sends what Redis was away for. Never rejects. */
  async flush(): Promise<void> {
    if (this.unsent.size === 0) return;
    const pairs = [...this.unsent];
    const sent = RAISE.run(this.redis, [this.key], pairs.flat()).then(() => true);
    if (!(await this.unlessAway(sent, false))) return;
    for (const [owner, length] of pairs) if (this.unsent.get(owner) === length) this.unsent.delete(owner);
  }

  /** Sets a mark lower, for a database that was put back on purpose; 0 removes it. @throws when Redis is away */
  async lower(owner: string, length: number): Promise<void> {
    if (length === 0) await this.redis.hdel(this.key, owner);
    else await this.redis.hset(this.key, owner, length);
  }

  private get key(): string {
    return `audit-marks:${this.connection.name}`;
  }

  private async unlessAway<R>(answer: Promise<R>, otherwise: R): Promise<R> {
    try {
      const given = await answer;
      this.failing = false;
      return given;
    } catch (error) {
      if (!this.failing) this.logger.warn({ err: error }, 'audit chain lengths not stored in Redis');
      this.failing = true;
      return otherwise;
    }
  }
}
