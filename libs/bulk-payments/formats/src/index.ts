export type {
  Creditor,
  FileError,
  FileFormat,
  FileOutcome,
  Instruction,
  MessageHeader,
  PaymentFileReader,
} from './payment-file';
