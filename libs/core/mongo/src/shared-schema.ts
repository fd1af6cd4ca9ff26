import type { Schema } from 'mongoose';

const KEY = 'sharedReason';
type Options = { [KEY]?: string };

/**
 * Declares that a collection belongs to no tenant, with the reason. Every schema is either a tenant schema or
 * declared here; the boot fails on any other.
 */
export const declareShared = <S extends Schema>(schema: S, reason: string): S => {
  (schema as unknown as { options: Options }).options[KEY] = reason;
  return schema;
};

/** Why the schema is shared; `undefined` for a tenant's. */
export const sharedReason = (schema: Schema): string | undefined =>
  (schema as unknown as { options: Options }).options[KEY];
