import type { Account } from './account';
import type { AccountStore } from './account.store';
import { LiveAccounts } from './live-accounts';

const ada: Account = {
  person: { type: 'user', id: 'a'.repeat(24), tenantId: 'b'.repeat(24), role: 'ADMIN' },
  email: 'ada@bank.example',
  passwordHash: '',
  tokensValidFrom: 0,
};
const id = { id: 'a'.repeat(24), tenantId: 'b'.repeat(24) };

describe('What is known of a person', () => {
  let stored: Account | null;
  let reads: number;
  let readTakes: number;
  let people: LiveAccounts;

  beforeEach(() => {
    jest.useFakeTimers();
    // lru-cache takes a beginning at 0 for none.
    jest.advanceTimersByTime(1_000);
    [stored, reads, readTakes] = [ada, 0, 0];
    people = new LiveAccounts({
      findById: async () => {
        reads += 1;
        const seen = stored;
        if (readTakes > 0) await new Promise((resolve) => setTimeout(resolve, readTakes));
        return seen;
      },
    } as unknown as AccountStore);
  });
  afterEach(() => jest.useRealTimers());

  it('is read once for any number of requests at once', async () => {
    await Promise.all(Array.from({ length: 50 }, () => people.find(id)));
    expect(reads).toBe(1);
  });

  it('is never older than half a second', async () => {
    await people.find(id);
    stored = null;
    await jest.advanceTimersByTimeAsync(400);
    await expect(people.find(id)).resolves.toBe(ada);
    await jest.advanceTimersByTimeAsync(101);
    await expect(people.find(id)).resolves.toBeNull();
  });

  it('is as old as the beginning of the read, however long that took', async () => {
    readTakes = 450;
    const first = people.find(id);
    await jest.advanceTimersByTimeAsync(450);
    await expect(first).resolves.toBe(ada);
    [stored, readTakes] = [null, 0];
    await jest.advanceTimersByTimeAsync(60);
    await expect(people.find(id)).resolves.toBeNull();
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
    const failing = new LiveAccounts(store as unknown as AccountStore);
    await expect(failing.find(id)).rejects.toThrow('away');
    await expect(failing.find(id)).resolves.toBe(ada);
  });
});
