import type { Minor, Currency } from '@financeops/core/money';

/** Detected format. National dialects that only restrict pain.001.001.03 count as that version. */
export type FileFormat = 'csv' | 'ndjson' | 'pain.001.001.03' | 'pain.001.001.09' | 'pain.001.001.11';

/** Why a file, or a line of it, is refused. */
export interface FileError {
  /** What is wrong and what to do. Quotes at most a short excerpt of the file. */
  message: string;
  /** Line of the file, from 1. Absent when the error is not in a single line. */
  line?: number;
  /**
   * JSON pointer into the line or document. In XML, the path of elements, with a position from 0 for elements that may be
   * repeated: `/Document/CstmrCdtTrfInitn/PmtInf/0/CdtTrfTxInf/3/CdtrAcct/Id/IBAN`. In CSV and NDJSON,
   * the field: `/amount`.
   */
  pointer?: string;
  /** ISO 20022 ExternalStatusReason1Code, for the pain.002: AC01 for an invalid creditor IBAN, for example; NARR where none fits. */
  reason: string;
}

/** The party that a line pays. */
export interface Creditor {
  name: string | null;
  /** Upper case, without spaces. */
  iban: string | null;
  /** Account number that is not an IBAN, as written in the file. */
  account: string | null;
  /** BIC of the creditor's bank. */
  bic: string | null;
}

/** One payment in a file. A field that is invalid is null and has an error. */
export interface Instruction {
  /** Position among the instructions of the file, from 1. */
  n: number;
  /** Line of the file on which it begins, from 1. */
  line: number;
  /** Position of its PmtInf in the file, from 0, and that batch's id; null in other formats than pain.001. */
  batch: { index: number; id: string } | null;
  /** The tenant's own reference (CSV, NDJSON); null: the platform generates one. */
  reference: string | null;
  /** pain.001 only. */
  instructionId: string | null;
  endToEndId: string | null;
  amount: Minor | null;
  currency: Currency | null;
  method: 'card' | 'bank_transfer' | 'wallet';
  description: string | null;
  creditor: Creditor;
  /** The payment's metadata: the contract's names (`endToEndId`, `requestedExecutionDate`) and, of NDJSON, the body's own. */
  metadata: Record<string, string>;
  /** Empty when the instruction can be paid. */
  errors: FileError[];
}

/** Header of a pain.001, repeated in the pain.002. */
export interface MessageHeader {
  /** Namespace of the document, e.g. `urn:iso:std:iso:20022:tech:xsd:pain.001.001.09`. */
  namespace: string;
  messageId: string;
  /** Identifiers and name of the initiating party, as one canonical string. */
  initiatingParty: string;
  /** GrpHdr's own count and, if it has one, control sum, as written. */
  numberOfTransactions: string;
  controlSum: string | null;
}

/** Result of reading a whole file. */
export interface FileOutcome {
  format: FileFormat;
  /** Null unless the file is a pain.001 with a readable group header. */
  message: MessageHeader | null;
  /** Number of instructions, including invalid ones. */
  total: number;
  /** Errors of the file itself (not of one line): the first 100. Any of these refuses the whole file, in every mode. */
  errors: FileError[];
  /** Number of errors of the file, including those after the first 100. */
  errorCount: number;
}

/**
 * Reads one file as it streams in. `instructions` yields chunks in the order of the file. It ends after the last
 * instruction, or at an error after which nothing can be read; `outcome` is complete from then on. Memory is bounded for any
 * input. Invalid input never throws: it is reported in `outcome.errors`.
 */
export interface PaymentFileReader {
  instructions(file: AsyncIterable<Uint8Array>): AsyncIterable<Instruction[]>;
  outcome(): FileOutcome;
}
