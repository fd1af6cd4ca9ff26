import type { Instruction } from './payment-file';
import { SeenSet } from './seen-set';

/** Detects references that a file uses twice: the second payment is invalid. */
export class RepeatedReference {
  private readonly references = new SeenSet();

  /** Adds an error when an earlier instruction has the same reference. `label`: name of the field in the message. */
  check(instruction: Instruction, label: string): void {
    const { reference, line, errors } = instruction;
    if (reference === null || !this.references.seen(reference)) return;
    const message = `${label} is already used in an earlier line: give each payment its own`;
    errors.push({ message, line, pointer: '/reference', reason: 'AM05' });
  }
}
