import creditCardType from 'credit-card-type';

/** Digits of a payment card number (ISO/IEC 7812-1: at most 19). */
const LEAST = 13;
const MOST = 19;

/** Nothing shorter can be one: most texts are done with after this. */
const MAY_HAVE_ONE = /\d(?:[ -]?\d){12}/;
/** Digits, with single spaces or hyphens between them, that stand alone: the fraction of a number does not. */
const RUN = /(?<![\p{L}\p{N}]|\d\.)\d(?:[ -]?\d)*(?![\p{L}\p{N}])/gu;

export const CARD_NUMBER_FAULT = 'must not contain a card number: send cards to the gateway only';

/** ISO/IEC 7812-1, annex B. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

const isCardNumber = (digits: string): boolean =>
  passesLuhn(digits) && creditCardType(digits).some(({ lengths }) => lengths.includes(digits.length));

interface Range {
  start: number;
  end: number;
}

/** Card numbers that consist of whole groups of a run, the first ones where several overlap. */
const within = (run: string, offset: number): Range[] => {
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, index }));
  const found: Range[] = [];
  for (let first = 0; first < groups.length; first++) {
    let digits = '';
    for (let last = first; last < groups.length && digits.length < MOST; last++) {
      const group = groups[last];
      if (group === undefined) break;
      digits += group.digits;
      if (digits.length < LEAST || digits.length > MOST || !isCardNumber(digits)) continue;
      const start = offset + (groups[first]?.index ?? 0);
      found.push({ start, end: offset + group.index + group.digits.length });
      first = last;
      break;
    }
  }
  return found;
};

const cardNumbersOf = (text: string): Range[] =>
  MAY_HAVE_ONE.test(text) ? [...text.matchAll(RUN)].flatMap(({ 0: run, index }) => within(run, index)) : [];

export const hasCardNumber = (text: string): boolean => cardNumbersOf(text).length > 0;

/** All but the first six and the last four digits of each card number become `*` (PCI DSS 4.0, 3.4.1). */
export const maskCardNumbers = (text: string): string => {
  let masked = text;
  for (const { start, end } of cardNumbersOf(text)) {
    const length = text.slice(start, end).replace(/\D/g, '').length;
    let seen = 0;
    const hidden = text
      .slice(start, end)
      .replace(/\d/g, (digit) => (++seen > 6 && seen <= length - 4 ? '*' : digit));
    masked = masked.slice(0, start) + hidden + masked.slice(end);
  }
  return masked;
};
