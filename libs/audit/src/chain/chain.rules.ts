import { createHmac } from 'node:crypto';
import type { AuditEvent } from '../audit-event.schema';

/** Where a chain begins. */
export const GENESIS = '0'.repeat(64);

/** An event's place in its owner's chain: `seq` from 1, hashes in hex. */
export interface ChainLink {
  seq: number;
  prevHash: string;
  hash: string;
}

/** What is known of a chain's end, kept apart from the events. */
export interface ChainHead {
  /** Number of events, which is the last one's `seq`. */
  seq: number;
  hash: string;
}

type Chained = Omit<AuditEvent, 'seq' | 'prevHash' | 'hash'>;

/** JSON with keys in order, so that it is the same whatever order a database gives them back in. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  if ('toHexString' in value && typeof value.toHexString === 'function') return String(value);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
};

/** HMAC-SHA-256 of everything stored of the event, its place, and the event before it. */
export const hashOf = (key: Buffer, event: Chained, seq: number, prevHash: string): string => {
  const { _id, tenantId, at, action, outcome, actor, resource, requestId, details } = event;
  const content = { _id, tenantId, at, action, outcome, actor, resource, requestId, details, seq, prevHash };
  return createHmac('sha256', key)
    .update(JSON.stringify(canonical(content)))
    .digest('hex');
};

/** Seals a chain's end: who can write to the database but has no key can't move it. */
export const sealOf = (key: Buffer, owner: string, { seq, hash }: ChainHead): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['head', owner, seq, hash]))
    .digest('hex');

/** The link of the next event. */
export const linkAfter = (key: Buffer, head: ChainHead, event: Chained): ChainLink => {
  const seq = head.seq + 1;
  return { seq, prevHash: head.hash, hash: hashOf(key, event, seq, head.hash) };
};

/**
 * - `missing`: the event with that `seq` is gone
 * - `altered`: a stored field, or the hash, isn't what was chained
 * - `out-of-order`: it doesn't follow the event before it
 * - `head`: the end of the chain isn't where the sealed head says
 */
export type BreakReason = 'missing' | 'altered' | 'out-of-order' | 'head';

export interface ChainBreak {
  /** The event at which it shows; null where there is none (a lost tail, a broken head). */
  id: string | null;
  seq: number;
  reason: BreakReason;
}

/** What is wrong with the next event of a chain whose last good one is `head`; or null. */
export const breakAt = (
  key: Buffer,
  head: ChainHead,
  event: Chained & Pick<AuditEvent, 'seq' | 'prevHash' | 'hash'>,
): ChainBreak | null => {
  const id = event._id.toHexString();
  const expected = head.seq + 1;
  const seq = event.seq ?? 0;
  if (seq > expected) return { id, seq: expected, reason: 'missing' };
  if (seq < expected || event.prevHash !== head.hash) {
    // Told apart from a change of the event before it: that one's own hash no longer fits.
    return {
      id,
      seq,
      reason: event.hash === hashOf(key, event, seq, event.prevHash ?? '') ? 'out-of-order' : 'altered',
    };
  }
  return event.hash === hashOf(key, event, seq, head.hash) ? null : { id, seq, reason: 'altered' };
};
