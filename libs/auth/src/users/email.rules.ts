import { DomainError } from '@financeops/core/errors';
import { duplicateKeyFields } from '@financeops/core/mongo';

/** How e-mail addresses are kept and looked up: without regard to case, though RFC 5321 allows a host to tell them apart. */
export const canonicalEmail = (email: string): string => email.toLowerCase();

/** Turns the unique index's refusal into the contract's 409; passes everything else on. */
export const emailTaken = (error: unknown): unknown =>
  duplicateKeyFields(error)?.includes('email')
    ? new DomainError('conflict', 'There is a user with this e-mail already.', {
        errors: [{ pointer: '/email', message: 'is taken' }],
      })
    : error;
