import mongoose, { Types } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import { cursorId, CursorOwners, openCursor, ownerOf } from './cursor-owners';

const { Long } = mongoose.mongo;
// Not `fromInt`, which gives everybody the same one.
const aSeven = () => new Long(7, 0);
const big = 2n ** 62n + 5n;

describe('A cursor’s id', () => {
  it.each([
    [7n, '7'],
    [7, '7'],
    [Long.fromBigInt(big), String(big)],
    [Long.fromBigInt(-big), String(-big)],
    [7.5, null],
    [2 ** 60, null],
    ['7', null],
    [null, null],
    [undefined, null],
    [{ high: 0, low: 7, unsigned: false }, null],
    [Object.assign(aSeven(), { toBigInt: () => 8n }), null],
    [Object.defineProperty(aSeven(), 'low', { get: () => 8 }), null],
    [Object.setPrototypeOf(aSeven(), Object.create(Long.prototype) as object) as unknown, null],
  ])('%p is read as %p', (value, id) => {
    expect(cursorId(value)).toBe(id);
  });

  it('is found in a reply as long as there is something left to read', () => {
    class Reply {
      constructor(readonly id: unknown) {}
    }
    expect(openCursor(new Reply(aSeven()))).toBe('7');
    expect(openCursor({ cursor: { id: 7n, firstBatch: [] } })).toBe('7');
    for (const nothing of [
      new Reply(Long.ZERO),
      new Reply(undefined),
      { cursor: { id: 0 } },
      { cursor: { id: 0n } },
      { cursor: null },
      { ok: 1, id: 7n },
      null,
      undefined,
      'x',
    ])
      expect(openCursor(nothing)).toBeNull();
  });
});

describe('The owner of a cursor', () => {
  const tenantId = new Types.ObjectId('5a'.repeat(12));

  it('is the tenant that the operation is bound to, or a bypass; nobody else has one', () => {
    expect(ownerOf({ kind: 'tenant', tenantId })).toBe('5a'.repeat(12));
    expect(ownerOf({ kind: 'cross-tenant', bypass: new Bypass('a reason') })).toBe('a bypass');
    const ended = new Bypass('a reason');
    ended.end();
    expect(ownerOf({ kind: 'cross-tenant', bypass: ended })).toBeNull();
    expect([ownerOf({ kind: 'maintenance' }), ownerOf(undefined)]).toEqual([null, null]);
  });

  const opened = (id: unknown, owner = 'a') => {
    const owners = new CursorOwners();
    owners.passes('find', { find: 'x' }, owner)!({ cursor: { id } });
    return owners;
  };

  it('has it, and nobody else', () => {
    const owners = opened(7n);
    expect([owners.has(7n, 'a'), owners.has(aSeven(), 'a'), owners.isOwned(7n)]).toEqual([true, true, true]);
    expect([owners.has(7n, 'b'), owners.has(8n, 'a'), owners.isOwned(8n)]).toEqual([false, false, false]);
    expect([owners.has(7n, null), owners.has('7', 'a'), owners.isOwned('7')]).toEqual([false, false, false]);
    // Nobody's is nobody's: not even to who is nobody.
    expect(owners.has(8n, null)).toBe(false);
  });

  it.each([
    ['find', { find: 'x', getMore: 7n, cursors: [7n] }],
    ['aggregate', { aggregate: 'x', getMore: 7n, cursors: [7n] }],
  ])('is whoever sent the command that opened it: %s', (name, command) => {
    const owners = opened(7n);
    owners.passes(name, command, 'b')!({ cursor: { id: 9n } });
    expect([owners.has(9n, 'b'), owners.has(7n, 'a')]).toEqual([true, true]);
    owners.passes(name, command, 'b')!({ cursor: { id: 0n } });
    expect([owners.has(9n, 'b'), owners.has(7n, 'a')]).toEqual([true, true]);
  });

  it('has it as long as there is something left to read', () => {
    const owners = opened(7n);
    const more = () => owners.passes('getMore', { getMore: aSeven(), collection: 'x' }, 'a')!;
    more()({ cursor: { id: aSeven() } });
    expect(owners.has(7n, 'a')).toBe(true);
    more()({ cursor: { id: Long.ZERO } });
    expect([owners.has(7n, 'a'), owners.isOwned(7n)]).toEqual([false, false]);
  });

  it('has it until it is closed, by whomever', () => {
    const owners = opened(7n);
    for (const cursors of [undefined, 7n, [8n], ['7', null]]) {
      expect(owners.passes('killCursors', { killCursors: 'x', cursors }, null)).toBeUndefined();
      expect(owners.has(7n, 'a')).toBe(true);
    }
    owners.passes('killCursors', { killCursors: 'x', cursors: [8n, aSeven()] }, null);
    expect(owners.isOwned(7n)).toBe(false);
  });

  it('is not noted for other commands, nor is nobody', () => {
    const owners = new CursorOwners();
    expect(owners.passes('find', { find: 'x' }, null)).toBeUndefined();
    expect(owners.passes('insert', { insert: 'x' }, 'a')).toBeUndefined();
  });
});
