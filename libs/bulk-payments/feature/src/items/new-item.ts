import { Types } from 'mongoose';
import type { Instruction } from '@financeops/bulk-payments/formats';
import type { NewDocument } from '@financeops/data-access/isolation';
import type { BulkItem } from './bulk-item.schema';

/** The reference of a line that brings none. */
export const referenceOf = (bulkId: Types.ObjectId, { reference, n }: Instruction): string =>
  reference ?? `${bulkId.toHexString()}-${n}`;

/** A line as it is stored. `ordinal`: its position among the good ones. */
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

/** A reference that is taken already has a code of its own; everything else is a fault of the line. */
const codeOf = (reason: string): string =>
  reason === REFERENCE_TAKEN.reason ? REFERENCE_TAKEN.code : 'validation-failed';

/** ISO 20022: "DuplicateTransactionID" is the nearest that the code list has. */
export const REFERENCE_TAKEN = {
  code: 'reference-taken',
  reason: 'DU03',
  message: 'A payment of yours has this reference already; choose another.',
} as const;
