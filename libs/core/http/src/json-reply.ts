import { randomUUID } from 'node:crypto';

/** Marks bigints written as strings. Random, so that no client's text can look like one. */
const MARK = randomUUID();
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, 'g');

/** JSON of a reply. Bigints (sums of money) become JSON integers; JSON.stringify alone doesn't take them. */
export const stringifyReply = (payload: unknown): string => {
  try {
    return JSON.stringify(payload);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const marked = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${MARK}${value}` : value);
    return JSON.stringify(payload, marked).replaceAll(MARKED, '$1');
  }
};
