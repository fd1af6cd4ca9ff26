/**
 * ISO 4217, list one, as published on 1 January 2026: code -> exponent (digits after the point of the minor unit).
 *
 * Included: every active code with a minor unit, among them XCG (since 31 March 2025) and funds codes such as CLF and UYW.
 * Excluded: codes whose minor unit is "N.A." (metals XAU XAG XPD XPT, bond units XBA-XBD, XDR, XSU, XUA, the test code
 * XTS and "no currency" XXX), because they have no integer amount; and withdrawn codes (ANG, BGN, CUC, HRK, SLL, ZWL
 * and others).
 */
const BY_EXPONENT = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW ' +
    'CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF ' +
    'IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK ' +
    'MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP ' +
    'SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG ' +
    'YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
} as const;

type Exponent = keyof typeof BY_EXPONENT;

const EXPONENTS: ReadonlyMap<string, Exponent> = new Map(
  ([0, 2, 3, 4] as const).flatMap((exponent) =>
    BY_EXPONENT[exponent].split(' ').map((code) => [code, exponent] as const),
  ),
);

declare const checked: unique symbol;

/** An upper-case ISO 4217 code in which amounts can be paid. Only `isCurrency` produces it. */
export type Currency = string & { readonly [checked]: 'Currency' };

export const CURRENCIES: readonly Currency[] = [...EXPONENTS.keys()].sort() as Currency[];

/** Whether `code` is an active, payable, upper-case ISO 4217 code. */
export const isCurrency = (code: unknown): code is Currency =>
  typeof code === 'string' && EXPONENTS.has(code);

/** Digits after the point: JPY 0, EUR 2, KWD 3, CLF 4. */
export const exponentOf = (currency: Currency): number => {
  const exponent = EXPONENTS.get(currency);
  if (exponent === undefined) throw new RangeError(`Not an ISO 4217 currency with a minor unit: ${currency}`);
  return exponent;
};
