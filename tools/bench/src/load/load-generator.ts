import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { LoadOrder, LoadResult } from './order';

/** A process that sends requests as fast as they are answered, one after another on each connection. */
export class LoadGenerator {
  private readonly child: ChildProcess = fork(path.join(__dirname, 'generator.js'));

  /** @throws Error for a reply of another status than expected */
  async run(order: LoadOrder): Promise<LoadResult> {
    this.child.send(order);
    const [answer] = (await once(this.child, 'message')) as [{ result?: LoadResult; error?: string }];
    if (answer.result === undefined) throw new Error(answer.error);
    return answer.result;
  }

  stop(): void {
    this.child.disconnect();
  }
}
