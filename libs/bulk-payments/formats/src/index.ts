export type {
  Creditor,
  FileError,
  FileFormat,
  Instruction,
  MessageHeader,
  PaymentFileReader,
} from './payment-file';
export { ErrorList } from './error-list';
export { groupStatus } from './pain002/status.rules';
export { isAnswerable, statusReport, type ReportLine } from './pain002/status-report';
export { Pain001Reader } from './pain001/pain001-reader';
export { CsvReader } from './csv/csv-reader';
export { parseColumnMap } from './csv/column-map.rules';
export { NdjsonReader } from './ndjson/ndjson-reader';
