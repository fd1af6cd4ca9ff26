/** A client process whose clock is off: attacks as it is told, and sends back what was admitted. */
import { CHECKERS, type CheckerName } from '../limiter/contenders';
import type { Window } from '../limiter/checker';
import { attack } from './attack';

export interface AttackOrder {
  checker: CheckerName;
  redisUrl: string;
  tenantId: string;
  window: Window;
  /** Milliseconds that this process's `Date.now` is ahead. */
  offsetMs: number;
  /** On the shared clock. */
  startAt: number;
}

const main = async ({ checker: name, redisUrl, window, offsetMs, ...order }: AttackOrder): Promise<void> => {
  const trueTime = Date.now;
  Date.now = () => trueTime() + offsetMs;
  const checker = await CHECKERS[name](redisUrl, Date.now, window);
  const admissions = await attack(checker, order.tenantId, window.windowMs, order.startAt);
  await checker.close();
  process.send!(admissions, () => process.exit(0));
};

process.once('message', (order) => void main(order as AttackOrder));
// Nobody left to tell.
process.once('disconnect', () => process.exit(1));
