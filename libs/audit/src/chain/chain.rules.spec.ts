import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Types } from 'mongoose';
import type { AuditEvent } from '../audit-event.schema';
import { breakAt, eventSeal, GENESIS, linkAfter, type ChainHead } from './chain.rules';

const key = randomBytes(32);

const anEvent = (details: Record<string, unknown> = {}): AuditEvent => {
  const content = {
    _id: new Types.ObjectId(),
    tenantId: new Types.ObjectId(),
    at: new Date(1_700_000_000_000),
    action: 'user.created',
    outcome: 'allowed',
    actor: { type: 'user', id: 'a'.repeat(24) },
    resource: null,
    requestId: 'r1',
    details,
  } as const;
  return { ...content, seal: eventSeal(key, content), seq: null, prevHash: null, hash: null };
};

const chain = (count: number): AuditEvent[] => {
  let head: ChainHead = { seq: 0, hash: GENESIS };
  return Array.from({ length: count }, (_, index) => {
    const event = anEvent({ index });
    const link = linkAfter(key, head, event);
    head = { seq: link.seq, hash: link.hash };
    return { ...event, ...link };
  });
};

const firstBreak = (events: AuditEvent[]) => {
  let head: ChainHead = { seq: 0, hash: GENESIS };
  for (const event of events) {
    const broken = breakAt(key, head, event);
    if (broken !== null) return broken;
    head = { seq: event.seq!, hash: event.hash! };
  }
  return null;
};

describe('A chain of audit events', () => {
  it('is whole as it was made', () => {
    expect(firstBreak(chain(20))).toBeNull();
  });

  it('does not depend on the order of keys, but on every value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (details) => {
        const event = anEvent(details);
        const turned = { ...event, details: Object.fromEntries(Object.entries(details).reverse()) };
        expect(eventSeal(key, turned)).toBe(event.seal);
        const other = { ...event, details: { ...details, added: 1 } };
        expect(eventSeal(key, other)).not.toBe(event.seal);
      }),
    );
  });

  const CHANGES: [string, (event: AuditEvent) => Partial<AuditEvent>][] = [
    ['_id', () => ({ _id: new Types.ObjectId() })],
    ['tenantId', () => ({ tenantId: null })],
    ['at', ({ at }) => ({ at: new Date(at.getTime() + 1) })],
    ['action', () => ({ action: 'user.deleted' })],
    ['outcome', () => ({ outcome: 'denied' })],
    ['actor', () => ({ actor: { type: 'user', id: 'b'.repeat(24) } })],
    ['resource', () => ({ resource: { type: 'user', id: 'c'.repeat(24), ownerId: null } })],
    ['requestId', () => ({ requestId: null })],
    ['details', () => ({ details: { index: -1 } })],
    [
      'the type of an id',
      ({ actor }) => ({ actor: { ...actor, id: new Types.ObjectId(actor.id!) as never } }),
    ],
    ['the type of at', ({ at }) => ({ at: at.toISOString() as never })],
    ['an array', () => ({ details: { index: [2] } })],
    ['a field more', () => ({ note: '' }) as never],
    ['seal', () => ({ seal: 'f'.repeat(64) })],
    ['hash', () => ({ hash: 'f'.repeat(64) })],
  ];
  it.each(CHANGES)('shows that %s of an event was changed', (_field, change) => {
    const events = chain(5);
    events[2] = { ...events[2]!, ...change(events[2]!) };
    expect(firstBreak(events)).toMatchObject({ seq: 3, reason: 'altered' });
  });

  it('shows a lost event, and two that changed places', () => {
    expect(firstBreak(chain(5).toSpliced(1, 1))).toMatchObject({ seq: 2, reason: 'missing' });
    const events = chain(5);
    const swapped = [events[0]!, { ...events[2]!, seq: 2 }, { ...events[1]!, seq: 3 }, events[3]!];
    expect(firstBreak(swapped)).toMatchObject({ seq: 2 });
  });

  it('can not be made anew without the key', () => {
    const events = chain(3);
    const other = randomBytes(32);
    const forged = { ...events[1]!, details: { index: 99 } };
    const link = linkAfter(other, { seq: 1, hash: events[0]!.hash! }, forged);
    expect(firstBreak([events[0]!, { ...forged, ...link }])).toMatchObject({ seq: 2, reason: 'altered' });
  });
});
