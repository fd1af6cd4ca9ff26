import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { duplicateKeyFields } from '@financeops/core/mongo';
import { TenantAwareRepository, TenantIsolation } from '@financeops/data-access/isolation';
import { IdempotencyClaim } from './idempotency-claim.schema';
import type { Claim, Outcome } from './idempotency.types';

/** Milliseconds that a claim is kept: the 24 hours of the contract, and one for what was slow to finish. */
const KEPT_MS = 25 * 3_600_000;

/** Another request has this key. */
export class KeyClaimedError extends Error {}

@Injectable()
export class IdempotencyRepository extends TenantAwareRepository<IdempotencyClaim> {
  constructor(
    @InjectModel(IdempotencyClaim.name) model: Model<IdempotencyClaim>,
    isolation: TenantIsolation,
  ) {
    super(model, isolation);
  }

  findClaim({ route, key }: Pick<Claim, 'route' | 'key'>): Promise<IdempotencyClaim | null> {
    return this.findOne({ filter: { route, key } });
  }

  /** @throws KeyClaimedError */
  async insert({ id, ...claim }: Claim, outcome: Outcome | null = null): Promise<void> {
    try {
      await this.create({
        ...claim,
        _id: id,
        outcome: outcome === null ? null : JSON.stringify(outcome),
        expiresAt: new Date(Date.now() + KEPT_MS),
      });
    } catch (error) {
      throw duplicateKeyFields(error) === null ? error : new KeyClaimedError();
    }
  }

  /** Stores the outcome of a claim in flight; the first one stays. */
  async complete(id: Types.ObjectId, outcome: Outcome): Promise<void> {
    await this.updateOne({ _id: id, outcome: null }, { $set: { outcome: JSON.stringify(outcome) } });
  }
}
