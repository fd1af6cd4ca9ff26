import fc from 'fast-check';
import { InProcessWindows } from './in-process-windows';
import type { RateLimitRequest } from './window';

const ask = (limit: number, windowMs: number, cost = 1, peek = false): RateLimitRequest => ({
  owner: 'tenant-a',
  windows: [{ name: 'global', limit, windowMs, cost }],
  countsCall: false,
  peek,
});

describe('InProcessWindows', () => {
  it('admits the limit in any window, refuses the rest, and admits after the wait it gave', () => {
    const windows = new InProcessWindows();
    expect([0, 10, 20].map((now) => windows.decide(ask(2, 100), now, now).allowed)).toEqual([
      true,
      true,
      false,
    ]);
    const { retryInMs } = windows.decide(ask(2, 100), 30, 30);
    expect(windows.decide(ask(2, 100), 30 + retryInMs - 1, 0).allowed).toBe(false);
    expect(windows.decide(ask(2, 100), 30 + retryInMs, 0).allowed).toBe(true);
  });

  it('takes nothing when one of several windows is full', () => {
    const windows = new InProcessWindows();
    const both: RateLimitRequest = {
      owner: 'tenant-a',
      windows: [
        { name: 'global', limit: 5, windowMs: 100 },
        { name: 'pay', limit: 1, windowMs: 100 },
      ],
      countsCall: false,
    };
    expect(windows.decide(both, 0, 0).windows.map((w) => w.remaining)).toEqual([4, 0]);
    expect(windows.decide(both, 1, 1)).toMatchObject({
      allowed: false,
      windows: [{ remaining: 4 }, { remaining: 0 }],
    });
  });

  it('takes nothing for a look', () => {
    const windows = new InProcessWindows();
    expect(windows.decide(ask(1, 100, 1, true), 0, 0).allowed).toBe(true);
    expect(windows.decide(ask(1, 100), 0, 0).allowed).toBe(true);
    expect(windows.decide(ask(1, 100, 1, true), 1, 1).allowed).toBe(false);
  });

  it('never has more than the limit in a window, and every wait it gives is true', () => {
    const step = fc.record({ pause: fc.integer({ min: 0, max: 40 }), cost: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const windows = new InProcessWindows();
        const taken: number[] = [];
        let now = 0;
        for (const { pause, cost } of steps) {
          now += pause + 0.25;
          const verdict = windows.decide(ask(limit, 100, cost), now, now);
          if (verdict.allowed) taken.push(...new Array<number>(cost).fill(now));
          else {
            const later = now + verdict.retryInMs;
            expect(windows.decide(ask(limit, 100, cost, true), later, later).allowed).toBe(true);
            now = later;
          }
        }
        taken.forEach((at, index) => {
          if (index >= limit) expect(at - taken[index - limit]!).toBeGreaterThan(100);
        });
      }),
    );
  });
});
