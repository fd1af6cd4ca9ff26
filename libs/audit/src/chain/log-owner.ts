import { Types } from 'mongoose';

/** Whose log it is: a tenant's, by its id, or the platform's own, whose events have no tenant. */
export const PLATFORM = 'platform';

export const ownerOf = (tenantId: Types.ObjectId | null): string => tenantId?.toHexString() ?? PLATFORM;

/** @throws Error for what `isOwner` refuses */
export const tenantIdOf = (owner: string): Types.ObjectId | null =>
  owner === PLATFORM ? null : new Types.ObjectId(owner);

export const isOwner = (text: string): boolean => text === PLATFORM || /^[0-9a-f]{24}$/.test(text);

/**
 * Condition on an event's `tenantId`: one that the platform could have stored. Mongoose's types know one type at a time.
 */
export const OWNED = { $type: ['objectId', 'null'] as never };
