import { Backoff } from './backoff';

describe('Backoff', () => {
  it('waits a second, then twice as long each time, ten at most', () => {
    const backoff = new Backoff();
    backoff.started(0);
    expect([1, 2, 3, 4, 5, 6].map((n) => backoff.next(n))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
  });

  it('begins anew after the program was well for a while', () => {
    const backoff = new Backoff();
    backoff.started(0);
    backoff.next(1);
    backoff.next(2);
    backoff.started(1_000);
    expect(backoff.next(61_000)).toBe(1_000);
  });
});
