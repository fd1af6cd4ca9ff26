import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { PaymentGateway, type Charge, type ChargeOutcome, type FoundOutcome } from './payment-gateway';

/** Milliseconds that a `slow` charge takes. */
const SLOW_MS = 2_000;

const OUTCOMES: ReadonlyMap<string, ChargeOutcome> = new Map<string, ChargeOutcome>([
  ['decline', { kind: 'failed', failure: { code: 'card_declined', message: 'The card was declined.' } }],
  [
    'error',
    {
      kind: 'failed',
      failure: { code: 'processing_error', message: 'The gateway could not process the payment.' },
    },
  ],
  ['challenge', { kind: 'pending' }],
]);

/** What becomes of a charge, from nothing but the charge: so a lookup by any process tells the truth without any state. */
const outcomeOf = ({ metadata }: Charge): ChargeOutcome =>
  OUTCOMES.get(metadata['simulate'] ?? '') ?? { kind: 'completed' };

/**
 * A gateway that moves no money and does what `metadata.simulate` says: `decline`, `error`, `challenge`, `slow`, `timeout`
 * (completed, but the answer got lost, which it reports at once so that nobody waits; a lookup tells the truth); anything
 * else is completed.
 */
@Injectable()
export class SimulatedGateway extends PaymentGateway {
  readonly name = 'simulator';

  async charge(charge: Charge, signal: AbortSignal): Promise<ChargeOutcome> {
    const told = charge.metadata['simulate'];
    if (told === 'slow') await sleep(SLOW_MS, undefined, { signal });
    return told === 'timeout' ? { kind: 'unknown' } : outcomeOf(charge);
  }

  find(charge: Charge): Promise<FoundOutcome> {
    return Promise.resolve(outcomeOf(charge));
  }

  /** Nothing was moved, so there is nothing to undo. */
  async cancel(): Promise<void> {}
}
