import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Types } from 'mongoose';
import { GatewayClient } from '@financeops/gateways';
import { TenantContextService } from '@financeops/tenancy/context';
import { TenantDirectory } from '@financeops/tenancy/directory';
import { PaymentRepository } from '../payment/payment.repository';
import { chargeOf, SettlementService } from '../payment/settlement.service';
import type { PendingCharge } from './pending-charge.schema';
import { PendingChargeStore } from './pending-charge.store';

/** Milliseconds between two looks for abandoned work. */
const SCAN_EVERY_MS = 3_000;
/** Payments that a process recovers at a time: a slow gateway mustn't hold up the rest for long. */
const AT_A_TIME = 8;

/**
 * Finishes payments whose process died between its two transactions: asks the gateway what became of them, and writes it.
 * Every API process looks; a lease decides who does it.
 */
@Injectable()
export class PaymentRecoveryService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PaymentRecoveryService.name);
  private timer: NodeJS.Timeout | undefined;
  private pass: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly work: PendingChargeStore,
    private readonly payments: PaymentRepository,
    private readonly settlement: SettlementService,
    private readonly gateway: GatewayClient,
    private readonly directory: TenantDirectory,
    private readonly contexts: TenantContextService,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.recover().catch((error: unknown) =>
        // MongoDB is away: what is abandoned stays so until it is back.
        this.logger.warn({ err: error }, 'search for abandoned payments failed'),
      );
    }, SCAN_EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.pass?.catch(() => undefined);
  }

  /** Finishes everything that is abandoned at the time `now` (milliseconds since the epoch). */
  recover(now: number = Date.now()): Promise<void> {
    this.pass ??= Promise.all(Array.from({ length: AT_A_TIME }, () => this.drain(now)))
      .then(() => undefined)
      .finally(() => (this.pass = undefined));
    return this.pass;
  }

  private async drain(now: number): Promise<void> {
    while (!this.stopped) {
      const item = await this.work.takeAbandoned(now);
      if (item === null) return;
      try {
        await this.finish(item);
      } catch (error) {
        // Its lease runs, so that it isn't taken again in this pass.
        this.logger.error({ err: error, paymentId: item._id.toHexString() }, 'payment recovery failed');
      }
    }
  }

  private async finish({ _id, tenantId, claimId }: PendingCharge): Promise<void> {
    const tenant = await this.directory.findById(tenantId);
    if (tenant === null)
      throw new Error(`The tenant ${tenantId} of an abandoned payment is not to be found.`);
    await this.contexts.run({ tenant, resolvedVia: 'job', resolvedAt: Date.now() }, async () => {
      const payment = await this.payments.findById(_id, { includeDeleted: true });
      if (payment === null) throw new Error('The payment is not to be found.');
      const outcome =
        payment.status === 'PENDING'
          ? await this.gateway.recover(chargeOf(payment))
          : ({ kind: 'unknown' } as const);
      const { status } = await this.settlement.settle(
        payment,
        outcome,
        claimId === null ? null : new Types.ObjectId(claimId),
      );
      this.logger.log({ tenantId, paymentId: _id.toHexString(), status }, 'abandoned payment recovered');
    });
  }
}
