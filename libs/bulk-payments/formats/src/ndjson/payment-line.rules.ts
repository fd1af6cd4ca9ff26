import { isCurrency, toMinor } from '@financeops/core/money';
import {
  AMOUNT_FAULTS,
  captureFault,
  CURRENCY_FAULT,
  MAX_AMOUNT,
  metadataFaults,
  METHOD_FAULT,
  type Metadata,
} from '@financeops/payments/domain';
import type { Instruction } from '../payment-file';
import { excerpt } from '../rules/excerpt.rules';
import * as field from '../rules/field.rules';
import { emptyInstruction } from '../empty-instruction';

const FIELDS = ['reference', 'amount', 'currency', 'method', 'description', 'metadata', 'capture'];
/** Errors kept per line: a line can have thousands of fields. */
const MAX_ERRORS = 10;

const amountError = (value: unknown): string | null => {
  if (!Number.isInteger(value)) return AMOUNT_FAULTS.whole;
  if ((value as number) < 1) return AMOUNT_FAULTS.least;
  return (value as number) > MAX_AMOUNT ? AMOUNT_FAULTS.most : null;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const pointerOf = (key: string): string => `/${excerpt(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * Reads a POST /v1/payments body as a payment, by the rules of that route. An invalid field keeps its default and has an
 * error. `body`: as parseJson returned it, so that `__proto__` is an ordinary key.
 */
export const readPaymentLine = (body: unknown, n: number, line: number): Instruction => {
  const instruction = emptyInstruction(n, line);
  const { errors } = instruction;
  const fail = (message: string, pointer: string, reason = 'NARR'): void => {
    if (errors.length < MAX_ERRORS) errors.push({ message, line, pointer, reason });
  };
  if (!isObject(body)) {
    errors.push({ message: 'The line must be a JSON object.', line, reason: 'NARR' });
    return instruction;
  }
  /** Passes a valid value to `take`. Only own keys count. */
  const check = (
    name: string,
    error: (value: unknown) => string | null,
    take: (value: never) => void,
    reason?: string,
  ): void => {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    const message = error(value);
    if (message === null) take(value as never);
    else fail(`${name} ${message}`, `/${name}`, reason);
  };
  const optional = (error: (value: unknown) => string | null) => (value: unknown) =>
    value === undefined ? null : error(value);

  check('reference', field.referenceError, (value) => (instruction.reference = value));
  check('amount', amountError, (value) => (instruction.amount = toMinor(value)), 'AM12');
  check(
    'currency',
    (value) => (isCurrency(value) ? null : CURRENCY_FAULT),
    (value) => (instruction.currency = value),
    'AM03',
  );
  check(
    'method',
    (value) => (field.isPaymentMethod(value) ? null : METHOD_FAULT),
    (value) => (instruction.method = value),
  );
  check('description', optional(field.descriptionError), (value = null) => (instruction.description = value));
  check('capture', optional(captureFault), () => undefined);
  check(
    'metadata',
    optional((value) => (isObject(value) ? null : 'must be an object')),
    (metadata: Record<string, unknown> = {}) => {
      const found = metadataFaults(metadata);
      if (found.length === 0) instruction.metadata = metadata as Metadata;
      for (const { message, pointer } of found) fail(`metadata: ${message}`, excerpt(pointer ?? '/metadata'));
    },
  );
  for (const key of Object.keys(body))
    if (!FIELDS.includes(key)) fail(`"${excerpt(key)}" is not a known field`, pointerOf(key));
  return instruction;
};
