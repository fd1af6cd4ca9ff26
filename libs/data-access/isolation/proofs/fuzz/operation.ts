import fc from 'fast-check';
import { REFERENCES } from './references';
import { KINDS } from './steps';

/** One operation of a script: what to do, and the dials that decide how. */
export interface Operation {
  kind: string;
  reference: string;
  other: string;
  amount: bigint;
  filter: number;
  change: number;
  dial: number;
  /** Which other tenant is attacked, and in whose context the result is awaited: so many after the own. */
  neighbour: number;
  /** Turns of the event loop before the operation, and between its call and its await. */
  waits: readonly [number, number];
}

const dial = fc.nat({ max: 2 ** 20 });
const reference = fc.constantFrom(...REFERENCES);

/** Without the bias to small values: a dial's 0 is no rarer case than its 5. */
const operation: fc.Arbitrary<Operation> = fc.noBias(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    reference,
    other: reference,
    amount: fc.bigInt({ min: 1n, max: 2n ** 40n }),
    filter: dial,
    change: dial,
    dial,
    neighbour: fc.nat({ max: 2 ** 10 }),
    waits: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
  }),
);

/** A list of operations for each of `tenants`. */
export const scripts = (tenants: number, length: number): fc.Arbitrary<Operation[][]> => {
  const exactly = (n: number) => ({ minLength: n, maxLength: n, size: 'max' }) as const;
  return fc.array(fc.array(operation, exactly(length)), exactly(tenants));
};
