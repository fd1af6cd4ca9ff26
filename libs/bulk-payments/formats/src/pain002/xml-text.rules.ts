/** What XML 1.0 can't hold in any form (section 2.2), and lone surrogates. */
// eslint-disable-next-line no-control-regex -- these are the ones it is about
const IMPOSSIBLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * `text` as the content of an element, at most `max` characters of it (as XML Schema counts them: code points); blanks in
 * a row are one, for schema types collapse them.
 */
export const xmlText = (text: string, max: number): string => {
  const clean = text.replace(IMPOSSIBLE, '?').replace(/\s+/g, ' ').trim();
  return [...clean]
    .slice(0, max)
    .join('')
    .trimEnd()
    .replace(/[&<>"']/g, (character) => ESCAPES[character]!);
};
