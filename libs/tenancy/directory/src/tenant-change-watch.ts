import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { TenantDirectory } from './tenant-directory';
import { TenantStore } from './tenant.store';

const LOOK_EVERY_MS = 1_000;
/** For as long as records live in Redis, a change may have been made that nobody could tell Redis of. */
const FIRST_LOOK_BACK_MS = 300_000;
/** By how much clocks of processes may differ, and a change be older than its commit. */
const LOOK_BACK_MS = 60_000;

/**
 * Asks MongoDB every second which tenants have changed. News arrive by Redis long before; this bounds what is lost when the
 * process that made a change can't reach Redis, or dies before it has, while others go on with what Redis remembers.
 */
@Injectable()
export class TenantChangeWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private lookedAt: number | undefined;

  constructor(
    private readonly store: TenantStore,
    private readonly directory: TenantDirectory,
  ) {}

  onApplicationBootstrap(): void {
    const look = () => {
      // Without MongoDB nothing changes, and what has changed before is found when it is back.
      this.looking ??= this.look(Date.now())
        .catch(() => undefined)
        .finally(() => (this.looking = undefined));
    };
    look();
    this.timer = setInterval(look, LOOK_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** `now`: milliseconds since the epoch. */
  private async look(now: number): Promise<void> {
    const from = this.lookedAt === undefined ? now - FIRST_LOOK_BACK_MS : this.lookedAt - LOOK_BACK_MS;
    for (const { id, revision } of await this.store.changedSince(new Date(from))) {
      this.directory.observeRevision(id, revision);
    }
    this.lookedAt = now;
  }
}
