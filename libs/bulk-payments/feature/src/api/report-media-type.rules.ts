import Negotiator from 'negotiator';
import type { ReportKind } from '../report/bulk-reports.service';

const KINDS: ReadonlyMap<string, ReportKind> = new Map([
  ['application/json', 'json'],
  ['application/xml', 'xml'],
]);

/** The kinds of report that an `Accept` header takes (RFC 9110, 12.5.1), best first; JSON where both are as good. */
export const acceptableReports = (accept: string | undefined): ReportKind[] =>
  new Negotiator({ headers: accept?.trim() ? { accept } : {} })
    .mediaTypes([...KINDS.keys()])
    .flatMap((type) => KINDS.get(type) ?? []);
