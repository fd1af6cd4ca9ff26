import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What all slots hold, in one store: up to Node 22 every promise, timer and socket takes along the value of each
 * AsyncLocalStorage for itself, so four of them cost every request four times what one does.
 */
const frames = new AsyncLocalStorage<readonly unknown[]>();
let slots = 0;

/**
 * A value that goes with the running work through its awaits, timers and streams, as AsyncLocalStorage keeps it. Made once
 * for the process, at the top of a module.
 */
export class AsyncSlot<T> {
  private readonly index = slots++;

  /** Runs `work` with `value`, and with whatever the other slots hold now. There is no way to set one without an end to it. */
  run<R>(value: T, work: () => R): R {
    const frame = frames.getStore()?.slice() ?? new Array<unknown>(slots).fill(undefined);
    frame[this.index] = value;
    return frames.run(frame, work);
  }

  /** `undefined` outside of `run`. */
  get(): T | undefined {
    return frames.getStore()?.[this.index] as T | undefined;
  }
}
