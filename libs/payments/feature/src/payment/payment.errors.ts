import { DomainError } from '@financeops/core/errors';
import type { PaymentStatus } from '@financeops/payments/domain';

/** A soft-deleted payment keeps its reference too. */
export class ReferenceTakenError extends DomainError {
  constructor() {
    super('reference-taken', 'Another payment has this reference already; a deleted one keeps it too.', {
      errors: [{ pointer: '/reference', message: 'is taken' }],
    });
  }
}

export class InvalidStateError extends DomainError {
  constructor(detail: string) {
    super('invalid-state', detail);
  }

  static of(status: PaymentStatus, action: 'cancelled' | 'deleted'): InvalidStateError {
    return new InvalidStateError(`A payment that is ${status} can't be ${action}.`);
  }
}
