import { Types } from 'mongoose';
import type { Instruction } from '@financeops/bulk-payments/formats';
import type { NewDocument } from '@financeops/data-access/isolation';
import type { BulkItem } from './bulk-item.schema';

/** The line's own reference, or a generated one. */
const referenceOf = (bulkId: Types.ObjectId, { reference, n }: Instruction): string =>
  reference ?? `${bulkId.toHexString()}-${n}`;

/** The document for a line. `ordinal`: position among the valid lines, from 1. */
export const newItem = (
  bulkId: Types.ObjectId,
  instruction: Instruction,
  ordinal: number,
): NewDocument<BulkItem> => {
  const { n, line, instructionId, endToEndId, batch, amount, currency, method, description } = instruction;
  const [error] = instruction.errors;
  return {
    _id: new Types.ObjectId(),
    bulkId,
    n,
    line,
    ordinal: error === undefined ? ordinal : null,
    state: error === undefined ? 'PENDING' : 'REJECTED',
    begun: false,
    reference: referenceOf(bulkId, instruction),
    instructionId,
    endToEndId,
    batch,
    amount,
    currency,
    method,
    description,
    creditor: instruction.creditor,
    metadata: Object.entries(instruction.metadata).map(([k, v]) => ({ k, v })),
    error:
      error === undefined
        ? null
        : {
            code: codeOf(error.reason),
            message: error.message,
            pointer: error.pointer ?? null,
            reason: error.reason,
          },
  };
};

/** A reference in use has its own code; every other error is `validation-failed`. */
const codeOf = (reason: string): string =>
  reason === REFERENCE_TAKEN.reason ? REFERENCE_TAKEN.code : 'validation-failed';

/** "DuplicateTransactionID" is the closest reason in ISO 20022. */
export const REFERENCE_TAKEN = {
  code: 'reference-taken',
  reason: 'DU03',
  message: 'Another payment already has this reference; choose a different one.',
} as const;
