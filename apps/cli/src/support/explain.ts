import { inspect } from 'node:util';
import { ConfigError } from '@financeops/core/config';
import { DomainError } from '@financeops/core/errors';
import { isMongoUnreachable } from '@financeops/core/mongo';
import { InputError } from './input.error';

/** What to print for an error: a sentence where a person can act on it, the whole error otherwise. */
export const explain = (error: unknown): string => {
  if (error instanceof InputError || error instanceof ConfigError || error instanceof DomainError) {
    return error.message;
  }
  return isMongoUnreachable(error) ? 'MongoDB at MONGODB_URI is not reachable.' : inspect(error);
};
