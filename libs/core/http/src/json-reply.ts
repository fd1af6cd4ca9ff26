/** JSON of a reply. Sums of money may be bigints, which JSON has as plain integers but JSON.stringify doesn't know. */
export const stringifyReply = (payload: unknown): string => {
  try {
    return JSON.stringify(payload);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(payload, (_key, value: unknown) =>
      typeof value === 'bigint' ? `\u0000${value}\u0000` : value,
    ).replaceAll(/"\\u0000(-?\d+)\\u0000"/g, '$1');
  }
};
