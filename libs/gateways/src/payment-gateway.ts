import type { Minor } from '@financeops/core/money';

/** What a gateway is told of a payment. The same for every question about it. */
export interface Charge {
  /** 24-hex id of the payment: the gateway's idempotency key, so that asking again never charges again. */
  paymentId: string;
  tenantId: string;
  amount: Minor;
  currency: string;
  method: string;
  metadata: Readonly<Record<string, string>>;
}

/** Why a charge failed, fit for the client's eyes. */
export interface ChargeFailure {
  /** e.g. `card_declined` */
  code: string;
  message: string;
}

/**
 * - completed: authorized and captured
 * - failed: refused for good
 * - pending: the gateway waits for somebody else (a challenge that the payer has to pass)
 * - unknown: no answer, or none that says what happened
 */
export type ChargeOutcome =
  | { kind: 'completed' }
  | { kind: 'failed'; failure: ChargeFailure }
  | { kind: 'pending' }
  | { kind: 'unknown' };

/** `absent`: the gateway never got the charge. */
export type FoundOutcome = ChargeOutcome | { kind: 'absent' };

/**
 * Port to whoever moves the money. Adapters are idempotent per payment id and end when `signal` aborts; what they throw
 * counts as an unknown outcome.
 */
export abstract class PaymentGateway {
  /** Kept with each payment, e.g. `simulator`. */
  abstract readonly name: string;

  abstract charge(charge: Charge, signal: AbortSignal): Promise<ChargeOutcome>;

  /** What became of a charge sent earlier; moves nothing. */
  abstract find(charge: Charge, signal: AbortSignal): Promise<FoundOutcome>;

  /** Undoes the charge, whether it has arrived already or arrives later. */
  abstract cancel(charge: Charge, signal: AbortSignal): Promise<void>;
}
