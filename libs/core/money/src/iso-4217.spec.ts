import { data, publishDate } from 'currency-codes';
import { CURRENCIES, exponentOf, isCurrency } from './currency';

/** Why a code of the published list of 25 June 2024 isn't ours. */
const NOT_OURS: Readonly<Record<string, string>> = {
  ANG: 'withdrawn on 1 July 2025, XCG is in its place',
  BGN: 'withdrawn on 1 January 2026, with Bulgaria in the euro',
  CUC: 'withdrawn in 2021',
  ...Object.fromEntries(['XAG', 'XAU', 'XPD', 'XPT'].map((metal) => [metal, 'no minor unit: a metal'])),
  ...Object.fromEntries(['XBA', 'XBB', 'XBC', 'XBD'].map((unit) => [unit, 'no minor unit: a bond unit'])),
  XDR: 'no minor unit: special drawing rights',
  XSU: 'no minor unit: Sucre',
  XUA: 'no minor unit: ADB unit of account',
  XTS: 'for tests',
  XXX: 'no currency',
};

/** Since that list. */
const NEW = ['XAD', 'XCG'];

describe('The currencies, beside ISO 4217 as published on 25 June 2024,', () => {
  const theirs = new Map(data.map(({ code, digits }) => [code, digits]));

  it('are compared with that list', () => expect(publishDate).toBe('2024-06-25'));

  it('lack the codes that are withdrawn or have no minor unit, and no other', () => {
    expect([...theirs.keys()].filter((code) => !isCurrency(code)).sort()).toEqual(
      Object.keys(NOT_OURS).sort(),
    );
  });

  it('have the codes that came since, and no other', () => {
    expect(CURRENCIES.filter((code) => !theirs.has(code))).toEqual(NEW);
  });

  it('have as many decimals each', () => {
    const common = CURRENCIES.filter((code) => theirs.has(code));
    expect(common.map((code) => [code, exponentOf(code)])).toEqual(
      common.map((code) => [code, theirs.get(code)]),
    );
  });
});
