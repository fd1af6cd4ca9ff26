/** Wrong input; the message says what to do. */
export class InputError extends Error {}
