import { LocalTenantCache } from './local-tenant-cache';
import { bearsName, toRecord, type LookupKey, type TenantRecord } from './tenant-record';
import type { Tenant } from './tenant.schema';

const id = 'a'.repeat(24);
const byId: LookupKey = { by: 'id', value: id };
const slug = (value: string): LookupKey => ({ by: 'slug', value });
const domain = (value: string): LookupKey => ({ by: 'domain', value });

const aRecord = (revision = 1, fields: Partial<TenantRecord['snapshot']> = {}): TenantRecord => ({
  revision,
  snapshot: {
    id,
    slug: 'bank-a',
    name: 'Bank A',
    tier: 'STARTER',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: ['pay.bank-a.example'],
    overrides: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...fields,
  },
});

let cache: LocalTenantCache;
const put = (key: LookupKey, record: TenantRecord | null, mark = cache.mark()) =>
  cache.put(key, record, mark);

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000, doNotFake: ['performance'] });
  // The clock that lru-cache goes by.
  jest.spyOn(performance, 'now').mockImplementation(() => Date.now());
  cache = new LocalTenantCache();
  cache.pubsub = true;
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('What the process knows of tenants', () => {
  it('is nothing at first', () => {
    for (const key of [byId, slug('bank-a'), domain('pay.bank-a.example')])
      expect(cache.get(key)).toBeUndefined();
    expect(cache.byId(id)).toBeUndefined();
  });

  it('is found by the name it was looked up by, and by id', () => {
    put(slug('bank-a'), aRecord());
    expect(cache.get(slug('bank-a'))?.id).toBe(id);
    expect(cache.get(byId)?.slug).toBe('bank-a');
    expect(cache.byId(id)).toBe(cache.get(byId));
    expect(cache.get(domain('pay.bank-a.example'))).toBeUndefined();
    put(domain('pay.bank-a.example'), aRecord());
    expect(cache.get(domain('pay.bank-a.example'))?.id).toBe(id);
  });

  it('is no slug for a domain of the same letters, and no other tenant’s', () => {
    put(slug('same'), aRecord(1, { slug: 'same' }));
    expect(cache.get(domain('same'))).toBeUndefined();
    expect(cache.get(slug('other'))).toBeUndefined();
    expect(cache.get({ by: 'id', value: 'b'.repeat(24) })).toBeUndefined();
  });

  it('does not answer to a name that the tenant no longer bears', () => {
    put(slug('bank-a'), aRecord(1));
    put(domain('pay.bank-a.example'), aRecord(1));
    put(byId, aRecord(2, { slug: 'renamed', domains: [] }));
    expect(cache.get(slug('bank-a'))).toBeUndefined();
    expect(cache.get(domain('pay.bank-a.example'))).toBeUndefined();
    expect(cache.get(byId)?.slug).toBe('renamed');
  });

  it('never goes back to a lower revision', () => {
    put(byId, aRecord(3, { name: 'three' }));
    put(byId, aRecord(2, { name: 'two' }));
    expect(cache.get(byId)?.snapshot.name).toBe('three');
    put(byId, aRecord(3, { name: 'three again' }));
    expect(cache.get(byId)?.snapshot.name).toBe('three again');
  });

  it('lasts 30 s while invalidations arrive, 1.5 s while they do not', () => {
    put(byId, aRecord());
    jest.advanceTimersByTime(29_999);
    expect(cache.get(byId)?.id).toBe(id);
    jest.advanceTimersByTime(1);
    expect(cache.get(byId)).toBeUndefined();
    put(byId, aRecord());
    cache.pubsub = false;
    jest.advanceTimersByTime(1_499);
    expect(cache.byId(id)?.id).toBe(id);
    jest.advanceTimersByTime(1);
    expect(cache.byId(id)).toBeUndefined();
  });

  it('does not trust pub/sub before it is told to', () => {
    const fresh = new LocalTenantCache();
    expect(fresh.pubsub).toBe(false);
  });
});

describe('A name that is nobody’s', () => {
  it('is known for half a second', () => {
    put(slug('nobody'), null);
    expect(cache.get(slug('nobody'))).toBeNull();
    expect(cache.get(slug('somebody'))).toBeUndefined();
    jest.advanceTimersByTime(499);
    expect(cache.get(slug('nobody'))).toBeNull();
    jest.advanceTimersByTime(2);
    expect(cache.get(slug('nobody'))).toBeUndefined();
  });

  it('is forgotten with any invalidation: it may be that tenant’s now', () => {
    put(slug('nobody'), null);
    cache.invalidate(id, 1);
    expect(cache.get(slug('nobody'))).toBeUndefined();
  });

  it('is not kept by a lookup that began before an invalidation', () => {
    const mark = cache.mark();
    cache.invalidate(id, 1);
    put(slug('nobody'), null, mark);
    expect(cache.get(slug('nobody'))).toBeUndefined();
    put(slug('nobody'), null, cache.mark());
    expect(cache.get(slug('nobody'))).toBeNull();
  });
});

describe('An invalidation', () => {
  it('drops what is below its revision, and keeps what is not', () => {
    put(byId, aRecord(2));
    cache.invalidate(id, 2);
    expect(cache.get(byId)?.id).toBe(id);
    cache.invalidate(id, 3);
    expect(cache.get(byId)).toBeUndefined();
  });

  it('keeps a late lookup from bringing back what is below', () => {
    cache.invalidate(id, 3);
    cache.invalidate(id, 2);
    expect([2, 3].map((revision) => cache.isOutdated(aRecord(revision)))).toEqual([true, false]);
    put(byId, aRecord(2));
    expect(cache.get(byId)).toBeUndefined();
    put(byId, aRecord(3));
    expect(cache.get(byId)?.id).toBe(id);
  });

  it('is no other tenant’s', () => {
    const other = aRecord(1, { id: 'b'.repeat(24) });
    put({ by: 'id', value: 'b'.repeat(24) }, other);
    cache.invalidate(id, 9);
    expect(cache.isOutdated(other)).toBe(false);
    expect(cache.byId('b'.repeat(24))?.id).toBe('b'.repeat(24));
  });

  it('and another after it are two: no lookup from before them says "nobody"', () => {
    const mark = cache.mark();
    cache.invalidate(id, 1);
    cache.clear();
    put(slug('nobody'), null, mark);
    expect(cache.get(slug('nobody'))).toBeUndefined();
  });

  it('of everything leaves nothing, and lets no lookup from before it say "nobody"', () => {
    const mark = cache.mark();
    put(slug('bank-a'), aRecord());
    put(slug('nobody'), null);
    cache.clear();
    for (const key of [byId, slug('bank-a'), slug('nobody')]) expect(cache.get(key)).toBeUndefined();
    put(slug('nobody'), null, mark);
    expect(cache.get(slug('nobody'))).toBeUndefined();
    // The name leads nowhere until it was looked up anew.
    put(byId, aRecord());
    expect(cache.get(slug('bank-a'))).toBeUndefined();
  });
});

describe('A lookup that began before everything was forgotten', () => {
  it('brings nothing back: an invalidation of it may have been lost', () => {
    const mark = cache.mark();
    cache.clear();
    put(byId, aRecord(), mark);
    expect(cache.get(byId)).toBeUndefined();
    put(byId, aRecord(), cache.mark());
    expect(cache.get(byId)?.id).toBe(id);
  });
});

describe('A change that is heard of twice', () => {
  it('is news only if it asks for more than the one before', () => {
    expect(cache.knowsBelow(id, 1)).toBe(true);
    cache.invalidate(id, 3);
    expect([2, 3, 4].map((revision) => cache.knowsBelow(id, revision))).toEqual([false, false, true]);
    expect(cache.knowsBelow('b'.repeat(24), 3)).toBe(true);
  });
});

describe('A tenant’s record', () => {
  const date = new Date('2026-01-02T03:04:05.678Z');
  const stored = {
    ...{ _id: { toString: () => id }, revision: 7, slug: 'bank-a', name: 'Bank A', tier: 'STARTER' },
    ...{ isActive: false, branding: {}, overrides: null, createdAt: date, updatedAt: new Date(0), serial: 3 },
    domains: [
      { domain: 'proved.example', verifiedAt: date, challenge: 'x' },
      { domain: 'pending.example', verifiedAt: null, challenge: 'y' },
    ],
  } as unknown as Tenant;

  it('is plain JSON, with proved domains alone', () => {
    const record = toRecord(stored);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(record).toEqual({
      revision: 7,
      snapshot: {
        ...{
          id,
          slug: 'bank-a',
          name: 'Bank A',
          tier: 'STARTER',
          isActive: false,
          branding: {},
          overrides: null,
        },
        ...{ placement: 'shared', domains: ['proved.example'] },
        createdAt: '2026-01-02T03:04:05.678Z',
        updatedAt: '1970-01-01T00:00:00.000Z',
      },
    });
    expect(toRecord({ ...stored, placement: 'dedicated' } as Tenant).snapshot.placement).toBe('dedicated');
  });

  it('bears its id, its slug and its domains, each as what it is', () => {
    const record = toRecord(stored);
    for (const key of [byId, slug('bank-a'), domain('proved.example')])
      expect(bearsName(record, key)).toBe(true);
    for (const key of [
      slug(id),
      { by: 'id' as const, value: 'bank-a' },
      domain('bank-a'),
      slug('proved.example'),
      domain('pending.example'),
    ]) {
      expect(bearsName(record, key)).toBe(false);
    }
  });
});
