import type { Redis } from 'ioredis';
import { Logger } from '@nestjs/common';

/** Milliseconds between two attempts to reach Redis while it is out. */
const PROBE_MS = 100;
/** Failed probes on a connection that claims to be up, after which it is taken for dead and made anew. */
const SILENT_PROBES = 10;

interface OutageHooks {
  /** Asks Redis for something that it can do only when it can decide: resolves when it has. */
  probe: () => Promise<unknown>;
  onBegin: () => void;
  onEnd: () => void;
}

/**
 * Whether Redis is out. One failure begins an outage, and from then on no request waits for Redis: a probe of our own
 * finds out when it answers again. One log line at the beginning, one at the end.
 */
export class RedisOutage {
  private readonly logger = new Logger('RateLimiter');
  private timer: NodeJS.Timeout | undefined;
  private probing = false;
  private silent = 0;

  constructor(
    private readonly redis: Redis,
    private readonly hooks: OutageHooks,
  ) {}

  get active(): boolean {
    return this.timer !== undefined;
  }

  begin(error: unknown): void {
    if (this.active) return;
    this.logger.error({ err: error }, 'Redis does not decide; every process limits on its own until it does');
    this.hooks.onBegin();
    this.silent = 0;
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
      await this.hooks.probe();
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
    this.hooks.onEnd();
    this.logger.log('Redis decides again; limits are exact');
  }

  /** A connection whose peer has vanished without a word stays up for minutes unless somebody hangs up. */
  private reconnectIfSilent(error: unknown): void {
    const unanswered = error instanceof Error && error.message === 'Command timed out';
    this.silent = unanswered && this.redis.status === 'ready' ? this.silent + 1 : 0;
    if (this.silent < SILENT_PROBES) return;
    this.silent = 0;
    this.redis.disconnect(true);
  }
}
