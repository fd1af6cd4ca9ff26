import { RateLimit, type RouteLimit } from './rate-limit.decorators';

describe('@RateLimit', () => {
  it.each<[string, RouteLimit]>([
    ['a fraction', { limit: 1.5, windowMs: 1_000 }],
    ['a negative limit', { limit: -1, windowMs: 1_000 }],
    ['no window', { limit: 1, windowMs: 0 }],
    ['a window over an hour', { limit: 1, windowMs: 3_600_001 }],
    ['a cost that never fits', { limit: 5, windowMs: 1_000, cost: 6 }],
    ['a cost of nothing', { limit: 5, windowMs: 1_000, cost: 0 }],
    ["the tenant's own window's name", { limit: 5, windowMs: 1_000, name: 'global' }],
    ['a name that would break a header', { limit: 5, windowMs: 1_000, name: 'a"b' }],
  ])('refuses %s when the class is defined', (_, route) => {
    expect(() => RateLimit(route)).toThrow(RangeError);
  });

  it('takes an hour and the whole limit at once', () => {
    expect(() => RateLimit({ limit: 5, windowMs: 3_600_000, cost: 5, name: 'exports' })).not.toThrow();
  });
});
