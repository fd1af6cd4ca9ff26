import type { Reply } from '@financeops/testing';

/** Who is looked for in a reply. */
export interface Marked {
  id: string;
  marker: string;
}

/** Every value of a field `tenantId` in a reply, however deep. */
const tenantIdsIn = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value.flatMap(tenantIdsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'tenantId' ? [inner] : tenantIdsIn(inner)));
};

/** Whose data `reply` shows that it may not, or `null`. `entitled`: whose it may. */
export const leakIn = (
  { text, body, headers, target }: Pick<Reply, 'text' | 'body' | 'headers' | 'target'>,
  entitled: Marked | null,
  tenants: readonly Marked[],
): string | null => {
  // The path comes back in problems: what was asked for isn't news.
  const said = `${JSON.stringify(headers)}\n${text}`.replaceAll(target.split('?', 1)[0]!, '<path>');
  const strangers = tenants.filter(({ id }) => id !== entitled?.id);
  const shown = strangers.find(({ marker }) => said.includes(marker));
  if (shown !== undefined) return `the marker of ${shown.id}`;
  const owner = tenantIdsIn(body).find((id) => strangers.some((stranger) => stranger.id === id));
  return owner === undefined ? null : `a thing of ${String(owner)}`;
};

const OWN_OF_A_REQUEST = /^(date|x-request-id|x-ratelimit-.*|ratelimit.*|content-length)$/;

/** A reply without what differs between any two requests, to be held against the one for a thing that nobody has. */
export const likeness = ({ status, headers, text, target }: Reply) => ({
  status,
  headers: Object.entries(headers).filter(([name]) => !OWN_OF_A_REQUEST.test(name)),
  text: text
    .replaceAll(target.split('?', 1)[0]!, '<path>')
    .replace(/"requestId":"[^"]*"/, '"requestId":"<id>"'),
});
