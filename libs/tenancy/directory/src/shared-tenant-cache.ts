import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { LuaScript, REDIS, REDIS_SUBSCRIBER, tenantKey, type RedisConnection } from '@financeops/core/redis';
import { bearsName, type LookupKey, type TenantRecord } from './tenant-record';

const TTL_SECONDS = 300;
const CHANNEL = 'tenant-invalidated';

/** Keeps a record unless an invalidation has since asked for a higher revision. */
const PUT = new LuaScript(`
local floor = tonumber(redis.call('GET', KEYS[2]) or '0')
if tonumber(ARGV[1]) < floor then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`);

/**
 * Drops the record, remembers, for longer than any record lives, the revision below which none may come back, and tells
 * all processes. Doing it twice does no harm.
 */
const INVALIDATE = new LuaScript(`
local floor = math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[1]))
redis.call('SET', KEYS[2], floor, 'EX', ARGV[2])
redis.call('DEL', KEYS[1])
return redis.call('PUBLISH', ARGV[3], ARGV[4])`);

/** Milliseconds: a change of a tenant may wait for Redis longer than a request that can go on without it. */
const PATIENCE_MS = 500;
const RETRY_AFTER_MS = 250;

const recordKey = (id: string) => tenantKey('tenant', id, 'record');
const floorKey = (id: string) => tenantKey('tenant', id, 'floor');
const pointerKey = ({ by, value }: LookupKey) => `tenant-${by}:${value}`;

export type InvalidationListener = {
  invalidated(id: string, revision: number): void;
  /** Whether invalidations of other processes arrive; on `true` some may have been missed before. */
  connected(up: boolean): void;
};

/** The layer in Redis, shared by all processes, and the channel on which they tell each other of changes. */
@Injectable()
export class SharedTenantCache implements OnModuleInit {
  private readonly logger = new Logger(SharedTenantCache.name);
  private listener: InvalidationListener | undefined;
  private readonly unsent = new Map<string, number>();
  private retry: NodeJS.Timeout | undefined;

  constructor(
    @Inject(REDIS) private readonly redis: RedisConnection,
    @Inject(REDIS_SUBSCRIBER) private readonly subscriber: Redis,
  ) {}

  listen(listener: InvalidationListener): void {
    this.listener = listener;
  }

  onModuleInit(): void {
    this.subscriber.on('message', (channel: string, message: string) => {
      if (channel !== CHANNEL) return;
      const [id = '', revision = ''] = message.split(' ');
      this.listener?.invalidated(id, Number(revision));
    });
    const subscribe = () =>
      this.subscriber.subscribe(CHANNEL).then(
        () => this.listener?.connected(true),
        (error: unknown) => this.logger.warn({ err: error }, 'could not subscribe to tenant invalidations'),
      );
    this.subscriber.on('ready', () => void subscribe());
    this.subscriber.on('close', () => this.listener?.connected(false));
    if (this.subscriber.status === 'ready') void subscribe();
  }

  /** `undefined`: not here, or Redis doesn't answer. A pointer is believed only if the record bears the name. */
  async get(key: LookupKey): Promise<TenantRecord | undefined> {
    try {
      const id = key.by === 'id' ? key.value : await this.redis.get(pointerKey(key));
      const text = id === null ? null : await this.redis.get(recordKey(id));
      if (text === null) return undefined;
      const record = JSON.parse(text) as TenantRecord;
      return bearsName(record, key) ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** Best effort: without Redis the next lookup asks MongoDB. */
  async put(key: LookupKey, record: TenantRecord): Promise<void> {
    const { id } = record.snapshot;
    try {
      const keys = [recordKey(id), floorKey(id)];
      await PUT.run(this.redis, keys, [record.revision, JSON.stringify(record), TTL_SECONDS]);
      if (key.by !== 'id') await this.redis.set(pointerKey(key), id, 'EX', TTL_SECONDS);
    } catch {
      // Redis failing costs speed, not requests.
    }
  }

  /** Resolves once every process has been told. While Redis doesn't answer, it is told again and again behind the caller. */
  async invalidate(id: string, revision: number): Promise<void> {
    try {
      const args = [revision, 2 * TTL_SECONDS, CHANNEL, `${id} ${revision}`];
      await INVALIDATE.run(this.redis, [recordKey(id), floorKey(id)], args, PATIENCE_MS);
    } catch (error) {
      if (this.unsent.size === 0) {
        this.logger.warn({ err: error, tenantId: id }, 'tenant invalidations are kept until Redis is back');
      }
      this.unsent.set(id, Math.max(revision, this.unsent.get(id) ?? 0));
      this.retry ??= setTimeout(() => void this.resend(), RETRY_AFTER_MS).unref();
    }
  }

  private async resend(): Promise<void> {
    this.retry = undefined;
    const waiting = [...this.unsent];
    this.unsent.clear();
    for (const [id, revision] of waiting) await this.invalidate(id, revision);
  }
}
