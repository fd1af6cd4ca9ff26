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
  ['timeout', { kind: 'unknown' }],
  ['challenge', { kind: 'pending' }],
]);

/** The outcome of a charge, from nothing but the charge: so a lookup after a crash tells the truth without any state. */
const outcomeOf = ({ metadata }: Charge): ChargeOutcome =>
  OUTCOMES.get(metadata['simulate'] ?? '') ?? { kind: 'completed' };

/**
 * A gateway that moves no money and does what `metadata.simulate` says: `decline`, `error`, `timeout` (its answer got lost,
 * which it reports at once so that nobody waits), `challenge`, `slow`; anything else is completed.
 */
@Injectable()
export class SimulatedGateway extends PaymentGateway {
  readonly name = 'simulator';

  async charge(charge: Charge, signal: AbortSignal): Promise<ChargeOutcome> {
    if (charge.metadata['simulate'] === 'slow') await sleep(SLOW_MS, undefined, { signal });
    return outcomeOf(charge);
  }

  find(charge: Charge): Promise<FoundOutcome> {
    return Promise.resolve(outcomeOf(charge));
  }

  /** Nothing was moved, so there is nothing to undo. */
  async cancel(): Promise<void> {}
}
