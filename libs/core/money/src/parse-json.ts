/** A field or an item with a fraction or an exponent. May match inside a string too, which only costs the closer look. */
const HAS_FRACTION = /(?:"\s*:|[[,])\s*-?\d+[.eE]/;
/** Strings as a whole, so that digits inside them are skipped; and numbers. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Whether the decimal text is an integer, whatever its size. */
const isIntegerText = (text: string): boolean => {
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const digits = (whole + fraction).replace(/0+$/, '');
  if (digits === '') return true;
  const trailingZeros = whole.length + fraction.length - digits.length;
  return Number(exponent) + trailingZeros >= fraction.length;
};

/** Whether `Number` would round the text to an integer that it isn't. */
const readsAsInteger = (text: string): boolean => Number.isInteger(Number(text)) && !isIntegerText(text);

/**
 * `JSON.parse` for an object or array, except that rounding never turns a number into an integer: 1.00000000000000001 is
 * read as a number that isn't an integer (1.5), which validation refuses like any other. Node.js 20 has no reviver that sees
 * a number's text.
 * @throws SyntaxError
 */
export const parseJson = (text: string): unknown => {
  // First, since the rewritten text of malformed JSON could be well-formed.
  const value: unknown = JSON.parse(text);
  if (!HAS_FRACTION.test(text)) return value;
  const exact = text.replace(STRING_OR_NUMBER, (token) =>
    !token.startsWith('"') && readsAsInteger(token) ? '1.5' : token,
  );
  return exact === text ? value : JSON.parse(exact);
};
