import { LRUCache } from 'lru-cache';
import type { Reply } from './call';

/**
 * Answers to the latest write of each driver session. A driver that lost its connection sends the write again
 * under the same number: it gets the first one's answer, also while that is still at work. (After a restart
 * of this process the engine itself recognises repeated writes of one document.)
 */
export class RetriedWrites {
  private readonly latest: LRUCache<string, { number: string; reply: Promise<Reply> }>;

  /** @param sessions how many are remembered; drivers that are killed never say that theirs have ended */
  constructor(sessions = 10_000) {
    this.latest = new LRUCache({ max: sessions });
  }

  run(session: string, number: string, write: () => Promise<Reply>): Promise<Reply> {
    const known = this.latest.get(session);
    if (known?.number === number) return known.reply;
    const reply = write();
    this.latest.set(session, { number, reply });
    reply.catch(() => {
      if (this.latest.get(session)?.reply === reply) this.latest.delete(session);
    });
    return reply;
  }

  endSession(session: string): void {
    this.latest.delete(session);
  }
}
