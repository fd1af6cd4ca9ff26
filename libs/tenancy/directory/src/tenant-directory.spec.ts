import { DomainError, UnavailableError } from '@financeops/core/errors';
import { Metrics } from '@financeops/core/observability';
import type { InvalidationListener, SharedTenantCache } from './shared-tenant-cache';
import { TenantDirectory } from './tenant-directory';
import type { LookupKey, TenantRecord } from './tenant-record';
import type { TenantStore } from './tenant.store';

const id = 'a'.repeat(24);
const aRecord = (revision = 1, name = 'Bank A'): TenantRecord => ({
  revision,
  snapshot: {
    ...{ id, slug: 'bank-a', name, tier: 'STARTER', isActive: true, overrides: null },
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: ['pay.bank-a.example'],
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  },
});

/** MongoDB and Redis as they answer, fail, or take their time. */
const aDirectory = () => {
  const find = jest.fn((_key: LookupKey): Promise<TenantRecord | null> => Promise.resolve(aRecord()));
  let listener: InvalidationListener | undefined;
  const shared = {
    get: jest.fn((_key: LookupKey): Promise<TenantRecord | undefined> => Promise.resolve(undefined)),
    put: jest.fn(() => Promise.resolve()),
    invalidate: jest.fn(() => Promise.resolve()),
    listen: (given: InvalidationListener) => (listener = given),
  };
  const metrics = new Metrics();
  const store = { find } as unknown as TenantStore;
  const directory = new TenantDirectory(store, shared as unknown as SharedTenantCache, metrics);
  listener!.connected(true);
  const counted = async (layer: string, found: string): Promise<number> =>
    ((await metrics.registry.getSingleMetric('tenant_lookups_total')?.get())?.values ?? []).find(
      ({ labels }) => labels['layer'] === layer && labels['found'] === found,
    )?.value ?? 0;
  return { directory, find, shared, counted, listener: listener!, metrics };
};

describe('A lookup', () => {
  it.each<[string, LookupKey, (directory: TenantDirectory) => Promise<{ id: string } | null>]>([
    ['id', { by: 'id', value: id }, (directory) => directory.findById(id)],
    ['slug', { by: 'slug', value: 'bank-a' }, (directory) => directory.findBySlug('bank-a')],
    [
      'domain',
      { by: 'domain', value: 'pay.bank-a.example' },
      (directory) => directory.findByDomain('pay.bank-a.example'),
    ],
  ])('by %s asks Redis, then MongoDB, then nobody any more', async (_by, key, find) => {
    const world = aDirectory();
    expect((await find(world.directory))?.id).toBe(id);
    expect(world.shared.get).toHaveBeenCalledWith(key);
    expect(world.find).toHaveBeenCalledWith(key);
    expect(world.shared.put).toHaveBeenCalledWith(key, aRecord());
    expect((await find(world.directory))?.id).toBe(id);
    expect(world.directory.getCached(id)?.id).toBe(id);
    expect(world.find).toHaveBeenCalledTimes(1);
    expect(world.shared.get).toHaveBeenCalledTimes(1);
    expect(await world.counted('mongodb', 'yes')).toBe(1);
    expect(await world.counted('process', 'yes')).toBe(2);
  });

  it('that Redis answers asks MongoDB nothing', async () => {
    const { directory, find, shared, counted } = aDirectory();
    shared.get.mockResolvedValueOnce(aRecord());
    expect((await directory.findBySlug('bank-a'))?.id).toBe(id);
    expect((await directory.findBySlug('bank-a'))?.id).toBe(id);
    expect(find).not.toHaveBeenCalled();
    expect(await counted('redis', 'yes')).toBe(1);
    expect(shared.put).not.toHaveBeenCalled();
  });

  it('of nobody is remembered here, not in Redis', async () => {
    const { directory, find, shared, counted } = aDirectory();
    find.mockResolvedValue(null);
    expect(await directory.findBySlug('nobody')).toBeNull();
    expect(await directory.findBySlug('nobody')).toBeNull();
    expect(find).toHaveBeenCalledTimes(1);
    expect(shared.put).not.toHaveBeenCalled();
    expect([await counted('mongodb', 'no'), await counted('process', 'no')]).toEqual([1, 1]);
  });

  it('is one flight for all who ask at once, for each name its own, and a new one afterwards', async () => {
    const { directory, find } = aDirectory();
    find.mockRejectedValueOnce(new Error('down')).mockResolvedValue(aRecord());
    const failing = Array.from({ length: 3 }, () => directory.findById(id));
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(
      Array(3).fill('rejected'),
    );
    expect(find).toHaveBeenCalledTimes(1);
    await Promise.all([directory.findById(id), directory.findById(id), directory.findBySlug('bank-a')]);
    expect(find).toHaveBeenCalledTimes(3);
  });

  it('after an invalidation does not join one from before it', async () => {
    const { directory, find } = aDirectory();
    let release = (_record: TenantRecord) => {};
    find.mockReturnValueOnce(new Promise((resolve) => (release = resolve)));
    const before = directory.findById(id);
    await directory.invalidate(id, 2);
    find.mockResolvedValueOnce(aRecord(2, 'renamed'));
    expect((await directory.findById(id))?.snapshot.name).toBe('renamed');
    release(aRecord(1));
    await before;
    expect(directory.getCached(id)?.snapshot.name).toBe('renamed');
  });

  it('does not believe Redis what an invalidation has made old', async () => {
    const { directory, find, shared } = aDirectory();
    await directory.invalidate(id, 2);
    shared.get.mockResolvedValueOnce(aRecord(1));
    find.mockResolvedValueOnce(aRecord(2, 'renamed'));
    expect((await directory.findById(id))?.snapshot.name).toBe('renamed');
  });
});

it('Recalling a tenant that is not at hand is no lookup', async () => {
  const { directory, counted } = aDirectory();
  expect(directory.getCached(id)).toBeUndefined();
  expect(await counted('process', 'yes')).toBe(0);
});

describe('A change', () => {
  it('made here is forgotten here and told to everybody', async () => {
    const { directory, shared } = aDirectory();
    await directory.findById(id);
    await directory.invalidate(id, 2);
    expect(directory.getCached(id)).toBeUndefined();
    expect(shared.invalidate).toHaveBeenCalledWith(id, 2);
  });

  it('made elsewhere is forgotten here when it is told', async () => {
    const { directory, listener } = aDirectory();
    await directory.findById(id);
    listener.invalidated(id, 2);
    expect(directory.getCached(id)).toBeUndefined();
  });

  it('that may have been missed is: nothing is kept from before pub/sub came back', async () => {
    const { directory, listener } = aDirectory();
    await directory.findById(id);
    listener.connected(false);
    expect(directory.getCached(id)?.id).toBe(id);
    listener.connected(true);
    expect(directory.getCached(id)).toBeUndefined();
  });

  it('is seen within 1.5 s while pub/sub is gone', async () => {
    jest.useFakeTimers({ now: 0 });
    const { directory, listener } = aDirectory();
    await directory.findById(id);
    listener.connected(false);
    jest.setSystemTime(1_500);
    expect(directory.getCached(id)).toBeUndefined();
    listener.connected(true);
    await directory.findById(id);
    jest.setSystemTime(3_001);
    expect(directory.getCached(id)?.id).toBe(id);
    jest.useRealTimers();
  });
});

describe('MongoDB', () => {
  it('that fails is "unavailable", and a refusal of ours stays what it is', async () => {
    const { directory, find } = aDirectory();
    const cause = new Error('no primary');
    find.mockRejectedValueOnce(cause);
    const error: unknown = await directory.findById(id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ cause, retryAfter: 2 });
    const ours = new DomainError('conflict', 'ours');
    find.mockRejectedValueOnce(ours);
    await expect(directory.findById(id)).rejects.toBe(ours);
  });

  it('that fails again and again is left alone for a second, then asked again', async () => {
    jest.useFakeTimers();
    const { directory, find } = aDirectory();
    find.mockRejectedValue(new Error('down'));
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expect(directory.findById(id)).rejects.toBeInstanceOf(UnavailableError);
    }
    expect(find).toHaveBeenCalledTimes(5);
    find.mockResolvedValue(aRecord());
    await jest.advanceTimersByTimeAsync(999);
    await expect(directory.findById(id)).rejects.toBeInstanceOf(UnavailableError);
    await jest.advanceTimersByTimeAsync(2);
    expect((await directory.findById(id))?.id).toBe(id);
    jest.useRealTimers();
  });

  it('that succeeds half of the time is asked on', async () => {
    const { directory, find } = aDirectory();
    find.mockResolvedValue(null);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (attempt % 2 === 1) find.mockRejectedValueOnce(new Error('down'));
      await directory.findBySlug(`s-${attempt}`).catch(() => null);
    }
    await directory.findBySlug('last');
    expect(find).toHaveBeenCalledTimes(11);
  });

  it('that does not answer within 3 s is not waited for', async () => {
    jest.useFakeTimers();
    const { directory, find } = aDirectory();
    find.mockReturnValue(new Promise(() => {}));
    const outcome = directory.findById(id).catch((error: unknown) => error);
    let settled = false;
    void outcome.then(() => (settled = true));
    await jest.advanceTimersByTimeAsync(2_999);
    expect(settled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await outcome).toBeInstanceOf(UnavailableError);
    jest.useRealTimers();
  });
});

it('Lookups are counted by a metric that says what it is', async () => {
  const { metrics } = aDirectory();
  expect(await metrics.registry.getSingleMetricAsString('tenant_lookups_total')).toMatch(
    /# HELP tenant_lookups_total Tenant lookups by the layer/,
  );
});
