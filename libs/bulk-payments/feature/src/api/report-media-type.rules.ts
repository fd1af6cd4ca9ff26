import Negotiator from 'negotiator';
import type { ReportKind } from '../report/bulk-reports.service';

const KINDS: ReadonlyMap<string, ReportKind> = new Map([
  ['application/json', 'json'],
  ['application/xml', 'xml'],
]);

/** Kinds of report that an `Accept` header allows (RFC 9110, 12.5.1), preferred first; JSON first when both are equal. */
export const acceptableReports = (accept: string | undefined): ReportKind[] =>
  new Negotiator({ headers: accept?.trim() ? { accept } : {} })
    .mediaTypes([...KINDS.keys()])
    .flatMap((type) => KINDS.get(type) ?? []);
