import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { AdmissionQueue } from './admission-queue';

const named = (name: string): Error => Object.assign(new Error(name), { name });

describe('an admission queue', () => {
  it('never runs more than its places, keeps the order, and leaves none out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 20 }),
        async (scheduler, places, fates) => {
          const queue = new AdmissionQueue(places);
          const begun: number[] = [];
          let running = 0;
          const settled = Promise.allSettled(
            fates.map((fails, index) =>
              queue.run(async () => {
                begun.push(index);
                expect(++running).toBeLessThanOrEqual(places);
                await scheduler.schedule(Promise.resolve());
                running--;
                if (fails) throw new Error(String(index));
                return index;
              }),
            ),
          );
          await scheduler.waitFor(settled);
          expect((await settled).map(({ status }) => status)).toEqual(
            fates.map((fails) => (fails ? 'rejected' : 'fulfilled')),
          );
          expect(begun).toEqual(fates.map((_, index) => index));
          expect(queue.isIdle).toBe(true);
        },
      ),
    );
  });

  it('runs each in the context that asked for it', async () => {
    const storage = new AsyncLocalStorage<number>();
    const queue = new AdmissionQueue(1);
    const seen = await Promise.all(
      [1, 2, 3].map((id) =>
        storage.run(id, () =>
          queue.run(async () => {
            await Promise.resolve();
            return storage.getStore();
          }),
        ),
      ),
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  it('fails those that wait when MongoDB is gone, and lets later ones try', async () => {
    const outage = named('MongoServerSelectionError');
    const queue = new AdmissionQueue(1);
    const work = jest.fn().mockRejectedValueOnce(outage).mockResolvedValue('done');
    const waiting = [queue.run(work), queue.run(work), queue.run(work)];
    expect(await Promise.allSettled(waiting)).toEqual(
      waiting.map(() => ({ status: 'rejected', reason: outage })),
    );
    expect(work).toHaveBeenCalledTimes(1);
    expect(await queue.run(work)).toBe('done');
  });

  it('lets those that wait try when only the pool was full', async () => {
    const queue = new AdmissionQueue(1);
    const full = named('MongoWaitQueueTimeoutError');
    const work = jest.fn().mockRejectedValueOnce(full).mockResolvedValue('done');
    const results = await Promise.allSettled([queue.run(work), queue.run(work)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
