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

/** Everything stored of an event that says what happened. */
type Content = Omit<AuditEvent, 'seal' | 'seq' | 'prevHash' | 'hash'>;

const FIELDS: Readonly<Record<keyof AuditEvent, true>> = {
  _id: true,
  tenantId: true,
  at: true,
  action: true,
  outcome: true,
  actor: true,
  resource: true,
  requestId: true,
  details: true,
  seal: true,
  seq: true,
  prevHash: true,
  hash: true,
};

/**
 * The same for the same value, whatever order a database gives keys back in, and different for values of different
 * types: an id as text, or a time as text, is found by other queries.
 */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return ['array', ...value.map(canonical)];
  if (value instanceof Date) return ['time', value.getTime()];
  if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)];
  if (typeof value !== 'object' || value === null) return value;
  if ('toHexString' in value && typeof value.toHexString === 'function') return ['id', String(value)];
  // A regular expression, a key's minimum: JSON would show nothing of it.
  if (!isPlain(value)) return ['other', Object.prototype.toString.call(value), String(value)];
  return [
    'object',
    ...Object.entries(value)
      .sort(byKey)
      .map(([key, inner]) => [key, canonical(inner)]),
  ];
};

/** Written with braces, or without any prototype. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

const hmac = (key: Buffer, content: unknown): string =>
  createHmac('sha256', key).update(JSON.stringify(content)).digest('hex');

/** HMAC-SHA-256 of everything stored of an event, made when it is recorded: nobody else can record one, or change it. */
export const eventSeal = (key: Buffer, event: Content): string => {
  const { _id, tenantId, at, action, outcome, actor, resource, requestId, details } = event;
  const content = { _id, tenantId, at, action, outcome, actor, resource, requestId, details };
  return hmac(key, ['event', canonical(content)]);
};

/** HMAC-SHA-256 of the event, its place, and the event before it. */
export const hashOf = (
  key: Buffer,
  { seal }: Pick<AuditEvent, 'seal'>,
  seq: number,
  prevHash: string,
): string => hmac(key, ['link', seal, seq, prevHash]);

/** Seals a chain's end: who can write to the database but has no key can't move it. */
export const headSeal = (key: Buffer, owner: string, { seq, hash }: ChainHead): string =>
  hmac(key, ['head', owner, seq, hash]);

/** The link of the next event. */
export const linkAfter = (key: Buffer, head: ChainHead, event: Pick<AuditEvent, 'seal'>): ChainLink => {
  const seq = head.seq + 1;
  return { seq, prevHash: head.hash, hash: hashOf(key, event, seq, head.hash) };
};

/**
 * - `missing`: the event with that `seq` is gone
 * - `altered`: a stored field, or the hash, isn't what was recorded, or the platform never recorded such an event
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

/** Whether the event is what was recorded, with the link that it was given. */
const isIntact = (key: Buffer, event: AuditEvent): boolean =>
  Object.keys(event).every((field) => Object.hasOwn(FIELDS, field)) &&
  event.seal === eventSeal(key, event) &&
  event.hash === hashOf(key, event, event.seq ?? 0, event.prevHash ?? '');

/** What is wrong with the next event of a chain whose last good one is `head`; or null. */
export const breakAt = (key: Buffer, head: ChainHead, event: AuditEvent): ChainBreak | null => {
  const id = String(event._id);
  const expected = head.seq + 1;
  const seq = event.seq ?? 0;
  if (seq > expected) return { id, seq: expected, reason: 'missing' };
  if (!isIntact(key, event)) return { id, seq, reason: 'altered' };
  // Told apart from a change of the event before it: that one's own hash no longer fits.
  return seq < expected || event.prevHash !== head.hash ? { id, seq, reason: 'out-of-order' } : null;
};
