/** Labels under the base domain that name the platform's own hosts and so can't be a tenant's. */
export const RESERVED_LABELS: ReadonlySet<string> = new Set([
  'www',
  'api',
  'app',
  'admin',
  'static',
  'status',
]);

const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const OBJECT_ID = /^[0-9a-f]{24}$/;

export type TenantName = { kind: 'id' | 'slug'; value: string };

/** Whether `slug` may be given to a tenant: a DNS label (RFC 1035, 2.3.1), not reserved, not readable as an id. */
export const isUsableSlug = (slug: string): boolean =>
  DNS_LABEL.test(slug) && !RESERVED_LABELS.has(slug) && !OBJECT_ID.test(slug);

/** Reads what a client calls a tenant, id or slug, without regard to case; `null` when it can be neither. */
export const parseTenantName = (text: string): TenantName | null => {
  const value = text.toLowerCase();
  if (OBJECT_ID.test(value)) return { kind: 'id', value };
  return DNS_LABEL.test(value) ? { kind: 'slug', value } : null;
};
