import { readFileSync } from 'node:fs';
import path from 'node:path';
import { until, type ApiClient, type Reply } from '@financeops/testing';

export interface Bulk {
  id: string;
  tenantId: string;
  status: string;
  format: string;
  mode: string;
  counts: { total: number; completed: number; failed: number; rejected: number; pending: number };
  totals: { amount: number; currency: string }[];
  completedAt: string | null;
}

export interface BulkItem {
  line: number;
  reference: string;
  endToEndId: string | null;
  amount: number | null;
  currency: string | null;
  creditor: { name: string | null; iban: string | null; bic: string | null };
  status: string;
  paymentId: string | null;
  error: { code: string; message: string; pointer: string | null } | null;
}

export const MEDIA_TYPES = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  xml: 'application/xml',
} as const;

/** A file of the project's samples. */
export const sample = (name: string): string =>
  readFileSync(path.resolve(__dirname, '../../../../samples', name), 'utf8');

export const sendFile = (
  client: ApiClient,
  type: keyof typeof MEDIA_TYPES,
  body: string | Buffer,
  query = '',
): Promise<Reply<Bulk>> =>
  client.send<Bulk>({
    method: 'POST',
    path: `/v1/bulk-payments${query}`,
    headers: { 'content-type': MEDIA_TYPES[type] },
    body,
  });

const ENDED = new Set(['COMPLETED', 'PARTIALLY_COMPLETED', 'FAILED']);

/** Waits for the outcome of all lines; returns the bulk payment. */
export const ended = async (client: ApiClient, id: string, withinMs = 60_000): Promise<Bulk> => {
  let last: Reply<Bulk> | undefined;
  await until(
    `the bulk payment ${id} to end`,
    async () => {
      last = await client.get<Bulk>(`/v1/bulk-payments/${id}`);
      return last.status === 200 && ENDED.has(last.body.status);
    },
    { withinMs, everyMs: 100 },
  );
  return last!.body;
};

/** All lines, page by page. */
export const allItems = async (client: ApiClient, id: string, query = ''): Promise<BulkItem[]> => {
  const items: BulkItem[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const at: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Reply<{ data: BulkItem[]; nextCursor: string | null }> = await client.get(
      `/v1/bulk-payments/${id}/items?limit=100${query}${at}`,
    );
    if (page.status !== 200) throw new Error(`items: ${page.status} ${page.text}`);
    items.push(...page.body.data);
    cursor = page.body.nextCursor;
  }
  return items;
};

/** A CSV with the API's column names. */
export const csvOf = (
  rows: readonly (readonly [reference: string, amount: string, rest?: string])[],
): string =>
  [
    'reference,amount,currency,creditorName',
    ...rows.map(([reference, amount, rest]) => `${reference},${amount},${rest ?? 'EUR,Muster'}`),
  ].join('\r\n') + '\r\n';
