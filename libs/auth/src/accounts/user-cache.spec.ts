import type { UserRecord } from './user-record';
import type { AccountChangeStore, ChangedAccount } from './account-change.store';
import type { UserRecordStore } from './user-record.store';
import { UserChangeWatch } from './user-change-watch';
import { UserCache } from './user-cache';

const ada: UserRecord = {
  person: { type: 'user', id: 'a'.repeat(24), tenantId: 'b'.repeat(24), role: 'ADMIN' },
  email: 'ada@bank.example',
  passwordHash: '',
  tokenVersion: 0,
};
const id = { id: 'a'.repeat(24), tenantId: 'b'.repeat(24) };

describe('What is known of a person', () => {
  let stored: UserRecord | null;
  let reads: number;
  let readTakes: number;
  let changes: ChangedAccount[];
  let since: jest.Mock<Promise<ChangedAccount[]>, [number]>;
  let people: UserCache;

  const after = (ms: number) => jest.advanceTimersByTimeAsync(ms);
  const watching = () => new UserChangeWatch({ since } as unknown as AccountChangeStore);
  /** Asks as a busy client would. */
  const keepAsking = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      await people.find(id);
      await after(50);
    }
  };
  const change = (account: UserRecord | null, at: number) => {
    stored = account;
    changes = [...changes, { ...id, at, serial: changes.length + 1 }];
  };

  beforeEach(() => {
    jest.useFakeTimers();
    jest.advanceTimersByTime(1_000);
    [stored, reads, readTakes, changes] = [ada, 0, 0, []];
    since = jest.fn((from: number) => Promise.resolve(changes.filter(({ at }) => at >= from)));
    const store = {
      findById: async () => {
        reads += 1;
        const seen = stored;
        if (readTakes > 0) await new Promise((resolve) => setTimeout(resolve, readTakes));
        return seen;
      },
    };
    people = new UserCache(store as unknown as UserRecordStore, watching());
  });
  afterEach(() => jest.useRealTimers());

  it('is read once for any number of requests at once', async () => {
    await Promise.all(Array.from({ length: 50 }, () => people.find(id)));
    expect(reads).toBe(1);
  });

  it('is read again for a token that is newer, also when an older read is under way', async () => {
    const newer = { ...ada, tokenVersion: 1 };
    const isOutdated = (known: UserRecord | null) => known !== null && known.tokenVersion < 1;
    await people.find(id);
    stored = newer;
    await expect(people.find(id)).resolves.toBe(ada);
    await expect(people.find(id, isOutdated)).resolves.toBe(newer);
    expect(reads).toBe(2);
    await expect(people.find(id, isOutdated)).resolves.toBe(newer);
    expect(reads).toBe(2);
  });

  it('holds as long as nobody hears of a change', async () => {
    await keepAsking(60_000);
    expect(reads).toBeLessThanOrEqual(2);
  });

  it('needs one look and no read after a pause, and is over if there was a change in it', async () => {
    await keepAsking(1_000);
    await after(300_000);
    [reads, readTakes] = [0, 1];
    since.mockClear();
    await Promise.all(Array.from({ length: 50 }, () => people.find(id)));
    expect([since.mock.calls.length, reads]).toEqual([1, 0]);
    await after(120_000);
    change(null, 400_000);
    readTakes = 0;
    await expect(people.find(id)).resolves.toBeNull();
    expect(reads).toBe(1);
  });

  it('is over within half a second of a change', async () => {
    await keepAsking(3_000);
    change(null, 5_000);
    await after(500);
    await expect(people.find(id)).resolves.toBeNull();
  });

  it('is over again and again, also for changes within one millisecond', async () => {
    for (let round = 0; round < 4; round++) {
      await keepAsking(3_000);
      change(round % 2 === 0 ? null : ada, 5_000);
      await after(500);
      await expect(people.find(id)).resolves.toBe(stored);
    }
  });

  it('is over for a change that shows late, behind another', async () => {
    await keepAsking(3_000);
    changes = [{ id: 'c'.repeat(24), tenantId: id.tenantId, at: 90_000, serial: 1 }];
    await keepAsking(1_000);
    change(null, 40_000);
    await after(500);
    await expect(people.find(id)).resolves.toBeNull();
  });

  it('does not outlive half a second when nobody tells of changes', async () => {
    await keepAsking(3_000);
    since.mockRejectedValue(new Error('away'));
    await after(250);
    stored = null;
    await after(500);
    await expect(people.find(id)).resolves.toBeNull();
  });

  it('does not outlive half a second when the answer about changes takes its time', async () => {
    await keepAsking(3_000);
    since.mockReturnValue(new Promise(() => undefined));
    await after(250);
    stored = null;
    await after(500);
    const found = people.find(id);
    await after(250);
    await expect(found).resolves.toBeNull();
  });

  it('that was being read when a change was heard of is not kept', async () => {
    await keepAsking(3_000);
    change(ada, 5_000);
    await after(250);
    [readTakes, stored] = [300, ada];
    const first = people.find(id);
    await after(0);
    change(null, 6_000);
    await after(300);
    await expect(first).resolves.toBe(ada);
    readTakes = 0;
    await expect(people.find(id)).resolves.toBeNull();
  });

  it('of a super-admin is never older than half a second: their changes are on no record', async () => {
    const operator = { id: 'd'.repeat(24), tenantId: null };
    await people.find(operator);
    await after(400);
    await people.find(operator);
    expect(reads).toBe(1);
    stored = null;
    await after(101);
    await expect(people.find(operator)).resolves.toBeNull();
  });

  it('is kept apart by tenant, and of nobody too', async () => {
    await people.find(id);
    await people.find({ ...id, tenantId: null });
    expect(reads).toBe(2);
    stored = null;
    const nobody = { ...id, id: 'c'.repeat(24) };
    await people.find(nobody);
    await people.find(nobody);
    expect(reads).toBe(3);
  });

  it('is asked for again after a read that failed', async () => {
    const store = { findById: jest.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue(ada) };
    const failing = new UserCache(store as unknown as UserRecordStore, watching());
    await expect(failing.find(id)).rejects.toThrow('away');
    await expect(failing.find(id)).resolves.toBe(ada);
  });

  it('is not watched when nobody asks', async () => {
    await keepAsking(1_000);
    await after(61_000);
    since.mockClear();
    await after(600_000);
    expect(since).not.toHaveBeenCalled();
  });
});
