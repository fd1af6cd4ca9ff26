import fc from 'fast-check';
import { KeyedQueue } from './keyed-queue';

describe('a keyed queue', () => {
  it('never runs two of one key at once, keeps their order, and gives each its own result', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 }),
        async (scheduler, keys) => {
          const queue = new KeyedQueue();
          const running = new Set<string>();
          const order: number[] = [];
          const results = keys.map((key, index) =>
            queue.run(key, async () => {
              expect(running.has(key)).toBe(false);
              running.add(key);
              await scheduler.schedule(Promise.resolve());
              running.delete(key);
              order.push(index);
              if (index % 3 === 0) throw new Error(String(index));
              return index;
            }),
          );
          const settled = Promise.allSettled(results);
          await scheduler.waitFor(settled);
          (await settled).forEach((result, index) => {
            if (index % 3 === 0) expect(result.status).toBe('rejected');
            else expect(result).toEqual({ status: 'fulfilled', value: index });
          });
          for (const key of ['a', 'b', 'c']) {
            const ofKey = order.filter((index) => keys[index] === key);
            expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
          }
        },
      ),
    );
  });
});
