import type { WindowState } from '../windows/window';
import { rateLimitHeaders } from './rate-limit-headers';

const tenant: WindowState = {
  name: 'global',
  limit: 60,
  windowMs: 60_000,
  remaining: 59,
  full: false,
  resetAt: 1_767_225_642_001,
  resetInMs: 41_500,
};
const route: WindowState = {
  name: 'PaymentsController.create',
  limit: 10,
  windowMs: 1_000,
  remaining: 3,
  full: false,
  resetAt: 1_767_225_600_500,
  resetInMs: 500,
};

describe('rateLimitHeaders', () => {
  it('describes a single window', () => {
    expect(rateLimitHeaders([tenant], 'tenant')).toEqual({
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '59',
      'x-ratelimit-reset': '1767225643',
      'ratelimit-policy': '"tenant";q=60;w=60',
      ratelimit: '"tenant";r=59;t=42',
    });
  });

  it('describes both windows in the draft’s headers and the tighter one in the others', () => {
    expect(rateLimitHeaders([tenant, route], 'tenant')).toEqual({
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '3',
      'x-ratelimit-reset': '1767225601',
      'ratelimit-policy': '"tenant";q=60;w=60, "PaymentsController.create";q=10;w=1',
      ratelimit: '"tenant";r=59;t=42, "PaymentsController.create";r=3;t=1',
    });
  });

  it('takes the window that stays full for longer when both are full', () => {
    const full = [tenant, route].map((state) => ({ ...state, remaining: 0 }));
    expect(rateLimitHeaders(full, 'tenant')['x-ratelimit-limit']).toBe('60');
  });

  it.each(['address', 'super-admin'] as const)('names the policy %s', (policy) => {
    expect(rateLimitHeaders([tenant], policy)['ratelimit-policy']).toBe(`"${policy}";q=60;w=60`);
  });

  it('says nothing where no window applies', () => {
    expect(rateLimitHeaders([], 'tenant')).toEqual({});
  });
});
