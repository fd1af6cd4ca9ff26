import { AdmissionQueue } from './admission-queue';

/**
 * Lets work of the same key run one after the other in this process, in the order it came. It decides nothing (MongoDB
 * does, across processes); it keeps transactions that write the same document from aborting each other over and over.
 */
export class KeyedQueue {
  private readonly queues = new Map<string, AdmissionQueue>();

  async run<R>(key: string, work: () => Promise<R>): Promise<R> {
    const queue = this.queues.get(key) ?? new AdmissionQueue(1);
    this.queues.set(key, queue);
    try {
      return await queue.run(work);
    } finally {
      if (queue.isIdle) this.queues.delete(key);
    }
  }
}
