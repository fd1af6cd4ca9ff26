import fc from 'fast-check';
import { canCancel, canDelete, canMove, PAYMENT_STATUSES, type PaymentStatus } from './payment-state.rules';

const status = fc.constantFrom(...PAYMENT_STATUSES);

describe('the state table', () => {
  it.each<[PaymentStatus, PaymentStatus]>([
    ['PENDING', 'AUTHORIZED'],
    ['PENDING', 'COMPLETED'],
    ['PENDING', 'FAILED'],
    ['PENDING', 'CANCELLED'],
    ['AUTHORIZED', 'COMPLETED'],
    ['AUTHORIZED', 'CANCELLED'],
    ['COMPLETED', 'REFUNDED'],
    ['REQUIRES_APPROVAL', 'PENDING'],
  ])('lets %s become %s', (from, to) => expect(canMove(from, to)).toBe(true));

  it.each<[PaymentStatus, PaymentStatus]>([
    ['COMPLETED', 'PENDING'],
    ['COMPLETED', 'CANCELLED'],
    ['CANCELLED', 'COMPLETED'],
    ['FAILED', 'COMPLETED'],
    ['REQUIRES_APPROVAL', 'COMPLETED'],
    ['PENDING', 'REFUNDED'],
  ])('never lets %s become %s', (from, to) => expect(canMove(from, to)).toBe(false));

  it('never leads back to before the money was taken, whatever the path', () => {
    const before = new Set<PaymentStatus>([
      'REQUIRES_APPROVAL',
      'PENDING',
      'AUTHORIZED',
      'FAILED',
      'CANCELLED',
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (choices) => {
        let at: PaymentStatus = 'COMPLETED';
        for (const choice of choices) {
          const next = PAYMENT_STATUSES.filter((to) => canMove(at, to));
          if (next.length === 0) return;
          at = next[choice % next.length]!;
          expect(before.has(at)).toBe(false);
        }
      }),
    );
  });
});

describe('what a client may do', () => {
  it('cancels PENDING and AUTHORIZED with nothing captured, and nothing else', () => {
    fc.assert(
      fc.property(status, fc.bigInt({ min: 0n, max: 10n }), (at, amountCaptured) => {
        expect(canCancel({ status: at, amountCaptured })).toBe(
          ['PENDING', 'AUTHORIZED'].includes(at) && amountCaptured === 0n,
        );
        if (canCancel({ status: at, amountCaptured })) expect(canMove(at, 'CANCELLED')).toBe(true);
      }),
    );
  });

  it('deletes COMPLETED, FAILED, CANCELLED and REFUNDED alone', () => {
    expect(PAYMENT_STATUSES.filter(canDelete)).toEqual(['COMPLETED', 'FAILED', 'CANCELLED', 'REFUNDED']);
  });
});
