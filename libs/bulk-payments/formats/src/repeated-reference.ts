import type { Instruction } from './payment-file';
import { SeenSet } from './seen-set';

/** Finds the references that a file gives to a second payment: that one is in error. */
export class RepeatedReference {
  private readonly references = new SeenSet();

  /** Adds the error to an instruction whose reference an earlier one has. `label`: the field's name for the message. */
  check(instruction: Instruction, label: string): void {
    const { reference, line, errors } = instruction;
    if (reference === null || !this.references.seen(reference)) return;
    const message = `${label} is that of an earlier line: each payment needs its own`;
    errors.push({ message, line, pointer: '/reference', reason: 'AM05' });
  }
}
