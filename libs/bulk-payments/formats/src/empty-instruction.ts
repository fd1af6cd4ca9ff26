import type { Instruction } from './payment-file';

/** An instruction before any field is read. */
export const emptyInstruction = (n: number, line: number): Instruction => ({
  n,
  line,
  batch: null,
  reference: null,
  instructionId: null,
  endToEndId: null,
  amount: null,
  currency: null,
  method: 'bank_transfer',
  description: null,
  creditor: { name: null, iban: null, account: null, bic: null },
  metadata: {},
  errors: [],
});
