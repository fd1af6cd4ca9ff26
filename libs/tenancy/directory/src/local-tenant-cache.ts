import { LRUCache } from 'lru-cache';
import { ResolvedTenant } from '@financeops/tenancy/context';
import { bearsName, type LookupKey, type TenantRecord } from './tenant-record';

/** While Redis's pub/sub works, invalidations arrive by themselves and this only bounds what a lost one costs. */
const TTL_MS = 30_000;
/** While it doesn't, nothing tells of changes made elsewhere: the staleness that the platform promises. */
const TTL_WITHOUT_PUBSUB_MS = 1_500;
const NEGATIVE_TTL_MS = 500;
const MAX_TENANTS = 20_000;

/** `tenant`: made once for all requests, which it serves until the record changes. */
type Entry = { record: TenantRecord; tenant: ResolvedTenant; at: number };

/** When a lookup began: after which invalidations, and on the clock. */
export interface Mark {
  generation: number;
  /** Milliseconds since the epoch. */
  at: number;
}
const keyOf = ({ by, value }: LookupKey): string => `${by}:${value}`;

/** The layer in this process: records by id, and pointers from slugs and domains that are believed only if the record agrees. */
export class LocalTenantCache {
  private readonly records = new LRUCache<string, Entry>({ max: MAX_TENANTS });
  private readonly pointers = new LRUCache<string, string>({ max: 3 * MAX_TENANTS });
  private readonly negatives = new LRUCache<string, true>({ max: 10_000, ttl: NEGATIVE_TTL_MS });
  /** Lowest revision that may still be cached, by tenant: a lookup that began before an invalidation can't undo it. */
  private readonly floors = new LRUCache<string, number>({ max: MAX_TENANTS });
  private generation = 0;
  /** The generation that followed the last time that everything was forgotten. */
  private cleared = 0;
  pubsub = false;

  /** The tenant, `null` for "known to be nobody", `undefined` for not known here. */
  get(key: LookupKey): ResolvedTenant | null | undefined {
    const id = key.by === 'id' ? key.value : this.pointers.get(keyOf(key));
    const entry = id === undefined ? undefined : this.fresh(id);
    if (entry !== undefined && bearsName(entry.record, key)) return entry.tenant;
    return this.negatives.get(keyOf(key)) === true ? null : undefined;
  }

  byId(id: string): ResolvedTenant | undefined {
    return this.fresh(id)?.tenant;
  }

  /** Taken before a lookup starts and handed to `put`: what an invalidation since then made doubtful isn't kept. */
  mark(): Mark {
    return { generation: this.generation, at: Date.now() };
  }

  put(key: LookupKey, record: TenantRecord | null, { generation, at }: Mark): void {
    if (record === null) {
      if (generation === this.generation) this.negatives.set(keyOf(key), true);
      return;
    }
    // Looked up while invalidations got lost: there may have been one for it.
    if (generation < this.cleared) return;
    const { id } = record.snapshot;
    if (this.isOutdated(record)) return;
    if (record.revision < (this.records.peek(id)?.record.revision ?? 0)) return;
    this.records.set(id, { record, tenant: new ResolvedTenant(record.snapshot), at });
    if (key.by !== 'id') this.pointers.set(keyOf(key), id);
  }

  /** Whether an invalidation has asked for a higher revision than the record's. */
  isOutdated(record: TenantRecord): boolean {
    return record.revision < (this.floors.get(record.snapshot.id) ?? 0);
  }

  /** Whether something older than the revision might still be believed here. */
  knowsBelow(id: string, revision: number): boolean {
    return (this.floors.get(id) ?? 0) < revision;
  }

  invalidate(id: string, revision: number): void {
    this.generation += 1;
    this.floors.set(id, Math.max(revision, this.floors.get(id) ?? 0));
    if ((this.records.peek(id)?.record.revision ?? revision) < revision) this.records.delete(id);
    // A name that was nobody's may be this tenant's now.
    this.negatives.clear();
  }

  private fresh(id: string): Entry | undefined {
    const entry = this.records.get(id);
    if (entry === undefined) return undefined;
    return Date.now() - entry.at < (this.pubsub ? TTL_MS : TTL_WITHOUT_PUBSUB_MS) ? entry : undefined;
  }

  clear(): void {
    this.generation += 1;
    this.cleared = this.generation;
    this.records.clear();
    this.pointers.clear();
    this.negatives.clear();
  }
}
