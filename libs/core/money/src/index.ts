export { CURRENCIES, exponentOf, isCurrency, type Currency } from './currency';
export { toJsonInteger, toMinor, type Minor, type Money } from './money';
export { parseJson } from './parse-json';
