import type { ReportKind } from '../report/bulk-reports.service';

const KINDS = { json: 'application/json', xml: 'application/xml' } as const;

interface Range {
  range: string;
  q: number;
}

const parse = (part: string): Range => {
  const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  return { range, q: q === undefined ? 1 : Number(q.slice(2)) || 0 };
};

/** How much a client wants a type (RFC 9110, 12.5.1): the most specific range counts. */
const weightOf = (type: string, ranges: readonly Range[]): number => {
  const names = [type, `${type.split('/', 1)[0]}/*`, '*/*'];
  for (const name of names) {
    const found = ranges.find(({ range }) => range === name);
    if (found !== undefined) return found.q;
  }
  return 0;
};

/** What the client takes, best first; JSON where both are as good. */
export const acceptableReports = (accept: string | undefined): ReportKind[] => {
  if (accept === undefined || accept.trim() === '') return ['json', 'xml'];
  const ranges = accept.split(',').map(parse);
  const json = weightOf(KINDS.json, ranges);
  const xml = weightOf(KINDS.xml, ranges);
  const best: ReportKind[] = xml > json ? ['xml', 'json'] : ['json', 'xml'];
  return best.filter((kind) => (kind === 'json' ? json : xml) > 0);
};
