import { GLOBAL_WINDOW } from '../windows/tenant-window';
import { tightestOf } from '../windows/tightest';
import type { WindowState } from '../windows/window';

/** Who a window over all routes belongs to: its name in `RateLimit` and `RateLimit-Policy`. */
export type PolicyName = 'tenant' | 'address' | 'super-admin';

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1_000);

/**
 * `X-RateLimit-*` describe the tighter window (Reset in Unix seconds, rounded up); `RateLimit` and `RateLimit-Policy`
 * all of them: draft-ietf-httpapi-ratelimit-headers, the version with quoted policy names (q: quota, w: window, r:
 * remaining, t: time to reset, both in seconds). Nothing for a request that no window applies to.
 */
export const rateLimitHeaders = (
  windows: readonly WindowState[],
  policy: PolicyName,
): Record<string, string> => {
  const tightest = tightestOf(windows);
  if (tightest === undefined) return {};
  let [policies, states] = ['', ''];
  for (const { name, limit, windowMs, remaining, resetInMs } of windows) {
    const [between, item] = [policies === '' ? '' : ', ', name === GLOBAL_WINDOW ? policy : name];
    policies += `${between}"${item}";q=${limit};w=${seconds(windowMs)}`;
    states += `${between}"${item}";r=${remaining};t=${seconds(resetInMs)}`;
  }
  return {
    'x-ratelimit-limit': String(tightest.limit),
    'x-ratelimit-remaining': String(tightest.remaining),
    'x-ratelimit-reset': String(seconds(tightest.resetAt)),
    'ratelimit-policy': policies,
    ratelimit: states,
  };
};
