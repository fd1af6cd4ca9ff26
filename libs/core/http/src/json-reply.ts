import { randomUUID } from 'node:crypto';

/** Marks a bigint while it travels as a string. Random, so that no text of a client's can pass for one. */
const MARK = randomUUID();
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, 'g');

/** JSON of a reply. Sums of money may be bigints, which JSON has as plain integers but JSON.stringify doesn't know. */
export const stringifyReply = (payload: unknown): string => {
  try {
    return JSON.stringify(payload);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const marked = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${MARK}${value}` : value);
    return JSON.stringify(payload, marked).replaceAll(MARKED, '$1');
  }
};
