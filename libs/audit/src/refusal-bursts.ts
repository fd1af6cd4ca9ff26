import type { NewAuditEvent } from './audit-event';

/** Milliseconds. */
const WINDOW_MS = 60_000;
/** Refusals of one kind by one principal that are each an event of their own, in a minute and process. */
const RECORDED_EACH = 10;
/** Principals are real credentials, so there are rarely more; beyond, every refusal is recorded. */
const MOST_BURSTS = 50_000;

interface Burst {
  seen: number;
  /** The last one that has no event of its own. */
  last: NewAuditEvent | null;
  timer: NodeJS.Timeout;
}

/**
 * Keeps one principal from writing an event with every refused request: after the first ten of a kind in a minute, the
 * rest of that minute is one event with `details.count`.
 */
export class RefusalBursts {
  private readonly bursts = new Map<string, Burst>();

  constructor(private readonly summarise: (event: NewAuditEvent) => Promise<void>) {}

  /** Whether this refusal is to be recorded by itself. Refusals of nobody known are: their address's window bounds them. */
  admits(event: NewAuditEvent): boolean {
    const { action, actor, tenantId } = event;
    if (actor.id === null) return true;
    const key = `${action} ${tenantId} ${actor.type} ${actor.id}`;
    const burst = this.bursts.get(key);
    if (burst === undefined) {
      if (this.bursts.size < MOST_BURSTS) {
        const timer = setTimeout(() => void this.close(key), WINDOW_MS).unref();
        this.bursts.set(key, { seen: 1, last: null, timer });
      }
      return true;
    }
    burst.seen += 1;
    if (burst.seen <= RECORDED_EACH) return true;
    burst.last = event;
    return false;
  }

  /** Records what is open, for the end of the process. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.bursts.keys()].map((key) => this.close(key)));
  }

  private async close(key: string): Promise<void> {
    const burst = this.bursts.get(key);
    this.bursts.delete(key);
    clearTimeout(burst?.timer);
    if (burst === undefined || burst.last === null) return;
    const details = { ...burst.last.details, count: burst.seen - RECORDED_EACH };
    await this.summarise({ ...burst.last, details });
  }
}
