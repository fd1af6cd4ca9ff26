import mongoose, { Types } from 'mongoose';
import { Bypass } from './bypass';
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

  it('has it until it is closed', () => {
    const owners = new CursorOwners();
    owners.opened('7', 'a');
    expect([owners.has(7n, 'a'), owners.has(aSeven(), 'a'), owners.isOwned(7n)]).toEqual([true, true, true]);
    expect([owners.has(7n, 'b'), owners.has(8n, 'a'), owners.isOwned(8n)]).toEqual([false, false, false]);
    expect([owners.has(7n, null), owners.has('7', 'a'), owners.isOwned('7')]).toEqual([false, false, false]);
    owners.closed('7');
    expect([owners.has(7n, 'a'), owners.isOwned(7n)]).toEqual([false, false]);
    // Nobody's is nobody's: not even to who is nobody.
    expect(owners.has(7n, null)).toBe(false);
  });
});
