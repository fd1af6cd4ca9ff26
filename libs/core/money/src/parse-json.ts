/** A fraction or an exponent where a number can stand. May match inside a string too: it only selects what to look at closely. */
const HAS_FRACTION = /[:[,\s]-?\d+[.eE]/;
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
 * `JSON.parse`, except that a number which isn't an integer never becomes one by rounding: `1.00000000000000001` is read
 * as some number that isn't an integer. Replies and limits hold integers only, so which one doesn't matter.
 * (A reviver sees a number's text from Node.js 21 on only.)
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
