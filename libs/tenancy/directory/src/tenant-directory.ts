import { Injectable } from '@nestjs/common';
import CircuitBreaker from 'opossum';
import { DomainError, UnavailableError } from '@financeops/core/errors';
import { Metrics } from '@financeops/core/observability';
import { ResolvedTenant } from '@financeops/tenancy/context';
import { LocalTenantCache, type Mark } from './local-tenant-cache';
import { SharedTenantCache } from './shared-tenant-cache';
import type { LookupKey, TenantRecord } from './tenant-record';
import { TenantStore } from './tenant.store';

/**
 * Finds tenants: in this process, then in Redis, then in MongoDB behind a circuit breaker; one flight per key. Inactive
 * tenants are found too: refusing them is the guard's business.
 */
@Injectable()
export class TenantDirectory {
  private readonly local = new LocalTenantCache();
  private readonly flights = new Map<string, Promise<ResolvedTenant | null>>();
  private readonly breaker: CircuitBreaker<[LookupKey], TenantRecord | null>;
  private readonly lookups;
  private readonly foundHere;

  constructor(
    store: TenantStore,
    private readonly shared: SharedTenantCache,
    metrics: Metrics,
  ) {
    this.lookups = metrics.counter({
      name: 'tenant_lookups_total',
      help: 'Tenant lookups by the layer that answered',
      labelNames: ['layer', 'found'],
    });
    this.foundHere = this.lookups.labels({ layer: 'process', found: 'yes' });
    this.breaker = new CircuitBreaker((key: LookupKey) => store.find(key), {
      timeout: 3_000,
      resetTimeout: 1_000,
      errorThresholdPercentage: 50,
      volumeThreshold: 5,
      name: 'tenant-store',
    });
    shared.listen({
      invalidated: (id, revision) => this.local.invalidate(id, revision),
      connected: (up) => {
        this.local.pubsub = up;
        // What was missed while it was gone can't be known.
        if (up) this.local.clear();
      },
    });
  }

  /** The tenant of an id, if this process knows it; `undefined`: it has to be looked up. */
  getCached(id: string): ResolvedTenant | undefined {
    const known = this.local.byId(id);
    if (known !== undefined) this.foundHere.inc();
    return known;
  }

  /** @throws UnavailableError when it's in no cache and MongoDB doesn't answer. */
  findById(id: string): Promise<ResolvedTenant | null> {
    return this.find({ by: 'id', value: id });
  }

  findBySlug(slug: string): Promise<ResolvedTenant | null> {
    return this.find({ by: 'slug', value: slug });
  }

  /** By verified custom domain. */
  findByDomain(domain: string): Promise<ResolvedTenant | null> {
    return this.find({ by: 'domain', value: domain });
  }

  /** Makes every process forget what it knows of the tenant below `revision`. Resolves when they have been told. */
  async invalidate(id: string, revision: number): Promise<void> {
    this.local.invalidate(id, revision);
    await this.shared.invalidate(id, revision);
  }

  /** The tenant is known to have this revision: this process forgets older ones, which others have been told or will find. */
  observeRevision(id: string, revision: number): void {
    if (this.local.knowsBelow(id, revision)) this.local.invalidate(id, revision);
  }

  private find(key: LookupKey): Promise<ResolvedTenant | null> {
    const known = this.local.get(key);
    if (known !== undefined) {
      this.lookups.inc({ layer: 'process', found: known === null ? 'no' : 'yes' });
      return Promise.resolve(known);
    }
    const mark = this.local.mark();
    const name = `${key.by}:${key.value}:${mark.generation}`;
    const running = this.flights.get(name);
    if (running !== undefined) return running;
    const flight = this.load(key, mark).finally(() => this.flights.delete(name));
    this.flights.set(name, flight);
    return flight;
  }

  private async load(key: LookupKey, mark: Mark): Promise<ResolvedTenant | null> {
    const shared = await this.shared.get(key);
    if (shared !== undefined && !this.local.isOutdated(shared)) {
      this.count('redis', shared);
      this.local.put(key, shared, mark);
      return new ResolvedTenant(shared.snapshot);
    }
    const stored = await this.breaker.fire(key).catch((error: unknown) => {
      throw error instanceof DomainError ? error : new UnavailableError(undefined, 2, error);
    });
    this.count('mongodb', stored);
    this.local.put(key, stored, mark);
    if (stored === null) return null;
    await this.shared.put(key, stored);
    return new ResolvedTenant(stored.snapshot);
  }

  private count(layer: string, record: TenantRecord | null): void {
    this.lookups.inc({ layer, found: record === null ? 'no' : 'yes' });
  }
}
