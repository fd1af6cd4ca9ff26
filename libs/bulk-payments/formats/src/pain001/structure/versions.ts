import { type FileFormat } from '../../payment-file';
import { compile, type GroupType } from './notation';
import { SHARED } from './shared.table';
import { V03 } from './v03.table';
import { V09 } from './v09.table';
import { V11 } from './v11.table';

export type PainFormat = Extract<FileFormat, `pain.${string}`>;

/** The structure of each version, compiled once at startup. */
export const STRUCTURES: Readonly<Record<PainFormat, GroupType>> = {
  'pain.001.001.03': compile({ ...SHARED, ...V03 }),
  'pain.001.001.09': compile({ ...SHARED, ...V09 }),
  'pain.001.001.11': compile({ ...SHARED, ...V09, ...V11 }),
};

const ISO = 'urn:iso:std:iso:20022:tech:xsd:';

/** National dialects that only restrict pain.001.001.03: Switzerland (SIX), Germany (DK), Austria (STUZZA). */
const DIALECTS_OF_03 = [
  /^http:\/\/www\.six-interbank-clearing\.com\/de\/pain\.001\.001\.03\.ch\.0[1-9]\.xsd$/,
  /^urn:iso:std:iso:20022:tech:xsd:pain\.001\.00[23]\.03$/,
  /^ISO:pain\.001\.001\.03:APC:STUZZA:payments:00[1-9]$/,
];

/** The version that a namespace stands for; null when it is not supported. */
export const formatOf = (namespace: string): PainFormat | null => {
  const plain = namespace.startsWith(ISO) ? namespace.slice(ISO.length) : '';
  if (Object.hasOwn(STRUCTURES, plain)) return plain as PainFormat;
  return DIALECTS_OF_03.some((dialect) => dialect.test(namespace)) ? 'pain.001.001.03' : null;
};

export const SUPPORTED = `${ISO}pain.001.001.03, .09 or .11, or a national dialect of .03 (Swiss, German, Austrian)`;
