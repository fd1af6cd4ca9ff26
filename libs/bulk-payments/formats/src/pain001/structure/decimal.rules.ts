const DECIMAL = /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))$/;

/** More than any type allows; bounds the cost of parsing. */
const MAX_LENGTH = 100;

interface Parts {
  negative: boolean;
  /** Without leading zeros. */
  whole: string;
  /** Without trailing zeros. */
  decimals: string;
}

const partsOf = (text: string): Parts | null => {
  const match = text.length > MAX_LENGTH ? null : DECIMAL.exec(text);
  if (match === null) return null;
  return {
    negative: match[1] === '-',
    whole: (match[2] ?? '').replace(/^0+/, ''),
    decimals: (match[3] ?? match[4] ?? '').replace(/0+$/, ''),
  };
};

/** Validator of decimals with at most `digits` digits, `decimals` of them after the point. */
export const decimalError =
  (digits: number, decimals: number, notNegative: boolean) =>
  (text: string): string | null => {
    const parts = partsOf(text);
    if (text === '') return 'is empty: expected a decimal number';
    if (parts === null) return 'must be a plain decimal number, e.g. 12.50';
    if (parts.decimals.length > decimals)
      return decimals === 0 ? 'must be a whole number' : `must not have more than ${decimals} decimals`;
    if (parts.whole.length + parts.decimals.length > digits)
      return `must not have more than ${digits} digits`;
    return notNegative && parts.negative && parts.whole + parts.decimals !== ''
      ? 'must not be negative'
      : null;
  };

/** The number times 10^places, exactly; null when the text is not a number or has more decimals. */
export const scaledDecimal = (text: string, places: number): bigint | null => {
  const parts = partsOf(text);
  if (parts === null || parts.decimals.length > places) return null;
  const scaled = BigInt(parts.whole + parts.decimals.padEnd(places, '0') || '0');
  return parts.negative ? -scaled : scaled;
};

/** Formats `scaled` / 10^places without trailing zeros: 1050n with two places is "10.5". */
export const decimalText = (scaled: bigint, places: number): string => {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const decimals = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}${decimals && `.${decimals}`}`;
};
