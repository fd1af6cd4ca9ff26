/** Characters that XML 1.0 cannot contain in any form (section 2.2), and lone surrogates. */
const IMPOSSIBLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Unescaped, a parser reads it as a line feed (XML 1.0, section 2.11).
  '\r': '&#xD;',
};

/**
 * `text` as the content of an element, at most `max` characters of it (as XML Schema counts them: code points). Spaces are
 * kept: an identifier must be repeated exactly as the sender wrote it.
 */
export const xmlText = (text: string, max: number): string =>
  [...text.replace(IMPOSSIBLE, '?')]
    .slice(0, max)
    .join('')
    .replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character);
