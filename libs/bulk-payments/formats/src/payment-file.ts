import type { Minor, Currency } from '@financeops/core/money';

/** What a file turned out to be. National dialects that only restrict pain.001.001.03 count as it. */
export type FileFormat = 'csv' | 'ndjson' | 'pain.001.001.03' | 'pain.001.001.09' | 'pain.001.001.11';

/**
 * Why a file or a line of it is refused.
 */
export interface FileError {
  /** Says what is wrong and what to do. Holds no more of the file than a short excerpt. */
  message: string;
  /** Line of the file, from 1. Absent where no single line is to blame. */
  line?: number;
  /**
   * Where in that line or document: JSON pointer. Of XML, the path of elements with a position, from 0, wherever the
   * element may be repeated: `/Document/CstmrCdtTrfInitn/PmtInf/0/CdtTrfTxInf/3/CdtrAcct/Id/IBAN`. Of CSV and NDJSON,
   * the field: `/amount`.
   */
  pointer?: string;
  /** ISO 20022 ExternalStatusReason1Code, for the pain.002 (AC01 for a bad creditor IBAN; NARR where none fits). */
  reason: string;
}

/** Whom a line pays. */
export interface Creditor {
  name: string | null;
  /** Upper case, without blanks. */
  iban: string | null;
  /** An account that is no IBAN, as the file gives it. */
  account: string | null;
  /** BIC of the creditor's bank. */
  bic: string | null;
}

/** One payment that a file asks for. A field that can't be read is null and has an error. */
export interface Instruction {
  /** Position among the instructions of the file, from 1. */
  n: number;
  /** Line of the file at which it begins, from 1. */
  line: number;
  /** Position of its PmtInf in the file, from 0, and that batch's id; null outside of pain.001. */
  batch: { index: number; id: string } | null;
  /** The tenant's own reference (CSV, NDJSON); null: the platform makes one. */
  reference: string | null;
  /** pain.001 alone. */
  instructionId: string | null;
  endToEndId: string | null;
  amount: Minor | null;
  currency: Currency | null;
  method: 'card' | 'bank_transfer' | 'wallet';
  description: string | null;
  creditor: Creditor;
  /** The payment's metadata: the contract's names (`endToEndId`, `requestedExecutionDate`) and, of NDJSON, the body's own. */
  metadata: Record<string, string>;
  /** Empty when it can be paid. */
  errors: FileError[];
}

/** What a pain.001 says of itself, as a pain.002 has to repeat it. */
export interface MessageHeader {
  /** The namespace it is written in, e.g. `urn:iso:std:iso:20022:tech:xsd:pain.001.001.09`. */
  namespace: string;
  messageId: string;
  /** Identifies the initiating party among all: its identifiers and name, in one canonical string. */
  initiatingParty: string;
  /** GrpHdr's own count and, if it has one, control sum, as written. */
  numberOfTransactions: string;
  controlSum: string | null;
}

/** What is known once the whole file is read. */
export interface FileOutcome {
  format: FileFormat;
  /** pain.001 whose group header could be read. */
  message: MessageHeader | null;
  /** Instructions read, those in error included. */
  total: number;
  /** Errors of the file itself (not of one line): the first 100. Any of these refuses the whole file, in every mode. */
  errors: FileError[];
  /** How many there were in all. */
  errorCount: number;
}

/**
 * Reads one file as it streams in. `instructions` yields chunks in the order of the file, pulled by its consumer, and
 * ends after the last (or at an error after which nothing can be read); `outcome` is complete from then on.
 * Memory is bounded whatever the file holds. Broken input never throws: it ends in `outcome.errors`.
 */
export interface PaymentFileReader {
  instructions(file: AsyncIterable<Uint8Array>): AsyncIterable<Instruction[]>;
  outcome(): FileOutcome;
}
