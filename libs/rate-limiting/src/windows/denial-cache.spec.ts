import { DenialCache } from './denial-cache';
import type { RateLimitRequest, RateLimitDecision } from './window';

const ask = (limit = 60, route?: string): RateLimitRequest => ({
  owner: 'tenant-a',
  windows: [
    { name: 'global', limit, windowMs: 60_000 },
    ...(route === undefined ? [] : [{ name: route, limit: 2, windowMs: 1_000 }]),
  ],
  countsCall: true,
});

const refusal = (retryInMs: number): RateLimitDecision => ({
  allowed: false,
  retryInMs,
  windows: [
    {
      name: 'global',
      limit: 60,
      windowMs: 60_000,
      remaining: 0,
      full: true,
      resetAt: 1_000_000,
      resetInMs: retryInMs,
    },
  ],
});

describe('DenialCache', () => {
  it('repeats a refusal, with what is left of the wait', () => {
    const denials = new DenialCache();
    denials.observeRevision(ask(), refusal(30_000), 0, 5);
    expect(denials.find(ask(), 405)).toMatchObject({
      allowed: false,
      retryInMs: 29_600,
      windows: [{ resetAt: 1_000_000, resetInMs: 29_600 }],
    });
  });

  it('has Redis asked again after a second', () => {
    const denials = new DenialCache();
    denials.observeRevision(ask(), refusal(30_000), 0, 5);
    expect(denials.find(ask(), 1_004)).toBeDefined();
    expect(denials.find(ask(), 1_005)).toBeUndefined();
  });

  it('never refuses past the moment at which there is room, counted from when the question was sent', () => {
    const denials = new DenialCache();
    denials.observeRevision(ask(), refusal(100), 0, 30);
    expect(denials.find(ask(), 99)).toBeDefined();
    expect(denials.find(ask(), 100)).toBeUndefined();
  });

  it('knows nothing of a limit that has changed', () => {
    const denials = new DenialCache();
    denials.observeRevision(ask(60), refusal(30_000), 0, 5);
    expect(denials.find(ask(61), 10)).toBeUndefined();
  });

  it("keeps a route's refusal apart from the tenant's other routes", () => {
    const denials = new DenialCache();
    denials.observeRevision(ask(60, 'pay'), refusal(900), 0, 5);
    expect(denials.find(ask(60), 10)).toBeUndefined();
    expect(denials.find(ask(60, 'list'), 10)).toBeUndefined();
    expect(denials.find({ ...ask(60, 'pay'), owner: 'tenant-b' }, 10)).toBeUndefined();
    expect(denials.find(ask(60, 'pay'), 10)).toBeDefined();
  });
});
