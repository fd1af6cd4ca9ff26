import { Logger } from '@nestjs/common';
import type { RedisConnection } from '@financeops/core/redis';
import { DeadlineError } from './deadline';

/** Milliseconds between two attempts to reach Redis while it is out. */
const PROBE_MS = 100;
/** Milliseconds without an answer on a connection that claims to be up, after which it is made anew. */
const SILENT_MS = 1_000;

interface OutageHooks {
  /** Has Redis do something that it can only do when it can decide; resolves when all is as before. */
  recover: () => Promise<void>;
  onBegin: () => void;
}

/**
 * Whether Redis is out. One failure begins an outage, and from then on no request waits for Redis: a probe of our own
 * finds out when it answers again. One log line at the beginning, one at the end.
 */
export class RedisOutage {
  private readonly logger = new Logger('RateLimiter');
  private timer: NodeJS.Timeout | undefined;
  private probing = false;
  private silentSince: number | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly hooks: OutageHooks,
  ) {}

  get active(): boolean {
    return this.timer !== undefined;
  }

  begin(error: unknown): void {
    if (this.active) return;
    this.logger.error({ err: error }, 'rate limits are decided in each process until Redis is back');
    this.hooks.onBegin();
    this.silentSince = undefined;
    this.timer = setInterval(() => void this.probe(), PROBE_MS).unref();
  }

  /** Stops probing, for the end of the process. */
  stop(): void {
    clearInterval(this.timer);
  }

  private async probe(): Promise<void> {
    if (this.probing) return;
    this.probing = true;
    try {
      await this.hooks.recover();
      this.end();
    } catch (error) {
      this.reconnectIfSilent(error);
    } finally {
      this.probing = false;
    }
  }

  private end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.logger.log('rate limits are exact again: Redis is back');
  }

  /** A connection whose peer has vanished without a word stays up for minutes unless somebody hangs up. */
  private reconnectIfSilent(error: unknown): void {
    if (!(error instanceof DeadlineError) || this.redis.status !== 'ready') {
      this.silentSince = undefined;
      return;
    }
    this.silentSince ??= performance.now();
    if (performance.now() - this.silentSince < SILENT_MS) return;
    this.silentSince = undefined;
    this.redis.disconnect(true);
  }
}
