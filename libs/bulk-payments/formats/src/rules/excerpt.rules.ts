/** Shortens a client's text for an error message: one line of at most `max` characters. */
export const excerpt = (text: string, max = 60): string => {
  const line = text.slice(0, 4 * max).replaceAll(/\p{Cc}+/gu, ' ');
  const characters = [...line];
  return characters.length > max || text.length > 4 * max ? `${characters.slice(0, max).join('')}...` : line;
};
