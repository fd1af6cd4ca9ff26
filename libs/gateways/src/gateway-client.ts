import { Injectable, Logger } from '@nestjs/common';
import { PaymentGateway, type Charge, type ChargeOutcome, type FoundOutcome } from './payment-gateway';

/**
 * Milliseconds that any gateway has to answer. The contract answers a payment within 10 s: the rest is for storing what
 * came out.
 */
export const GATEWAY_DEADLINE_MS = 9_000;

/** The gateway as the platform sees it: it always answers, in time; silence and faults are an unknown outcome. */
@Injectable()
export class GatewayClient {
  private readonly logger = new Logger(GatewayClient.name);

  constructor(private readonly gateway: PaymentGateway) {}

  get name(): string {
    return this.gateway.name;
  }

  charge(charge: Charge): Promise<ChargeOutcome> {
    return this.known(charge, (signal) => this.gateway.charge(charge, signal));
  }

  /** What became of a charge sent earlier; moves nothing. */
  find(charge: Charge): Promise<FoundOutcome> {
    return this.known(charge, (signal) => this.gateway.find(charge, signal));
  }

  /** The truth about a charge whose answer was lost. One that never reached the gateway is sent now. */
  recover(charge: Charge): Promise<ChargeOutcome> {
    return this.known(charge, async (signal) => {
      const found = await this.gateway.find(charge, signal);
      return found.kind === 'absent' ? this.gateway.charge(charge, signal) : found;
    });
  }

  /** Whether the gateway has confirmed that the charge is undone. */
  async cancel(charge: Charge): Promise<boolean> {
    try {
      await this.inTime((signal) => this.gateway.cancel(charge, signal));
      return true;
    } catch (error) {
      this.logger.warn(
        { err: error, paymentId: charge.paymentId },
        'the gateway did not confirm a cancellation',
      );
      return false;
    }
  }

  private async known<O extends FoundOutcome>(
    charge: Charge,
    ask: (signal: AbortSignal) => Promise<O>,
  ): Promise<O | { kind: 'unknown' }> {
    try {
      return await this.inTime(ask);
    } catch (error) {
      this.logger.warn({ err: error, paymentId: charge.paymentId }, 'charge outcome unknown');
      return { kind: 'unknown' };
    }
  }

  /** Rejects at the deadline even when the adapter ignores the signal. */
  private async inTime<R>(ask: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const control = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const late = new Error(`The gateway did not answer within ${GATEWAY_DEADLINE_MS} ms.`);
        control.abort(late);
        reject(late);
      }, GATEWAY_DEADLINE_MS);
    });
    try {
      return await Promise.race([ask(control.signal), deadline]);
    } finally {
      clearTimeout(timer);
    }
  }
}
