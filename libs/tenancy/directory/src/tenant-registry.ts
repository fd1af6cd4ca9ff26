import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { NotFoundError } from '@financeops/core/errors';
import type { PagePosition } from '@financeops/core/http';
import { TransactionRunner } from '@financeops/core/mongo';
import { ResolvedTenant } from '@financeops/tenancy/context';
import { TenantDirectory } from './tenant-directory';
import type { TenantRecord } from './tenant-record';
import type { CustomDomain } from './tenant.schema';
import { TenantStore, type NewTenant, type TenantChange } from './tenant.store';

/** Creates and changes tenants; a change is in force on every process when the promise resolves (pub/sub permitting). */
@Injectable()
export class TenantRegistry {
  constructor(
    private readonly store: TenantStore,
    private readonly directory: TenantDirectory,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * `onCreate` runs in the same transaction: the tenant comes with what it makes, or not at all.
   * @throws DomainError `validation-failed` (slug malformed or reserved), `conflict` (slug taken).
   */
  async create(
    input: NewTenant,
    onCreate?: (tenant: ResolvedTenant) => Promise<unknown>,
  ): Promise<ResolvedTenant> {
    // The same however often the transaction is run.
    const id = new Types.ObjectId();
    const record = await this.transactions.run(async () => {
      const inserted = await this.store.insert(id, input);
      await onCreate?.(new ResolvedTenant(inserted.snapshot));
      return inserted;
    });
    return this.announce(record);
  }

  /** @throws DomainError `not-found`, `validation-failed`, `conflict`. */
  async change(id: string, change: TenantChange): Promise<ResolvedTenant> {
    return this.announce(await this.store.update(id, change));
  }

  /** As stored, past every cache: for the operator. @throws NotFoundError */
  async get(id: string): Promise<ResolvedTenant> {
    const record = await this.store.find({ by: 'id', value: id });
    if (record === null) throw new NotFoundError();
    return new ResolvedTenant(record.snapshot);
  }

  /** Newest first, after where the page before ended; `next` is where this one ends, `null` on the last. */
  async page(
    limit: number,
    after: PagePosition | null,
  ): Promise<{ tenants: ResolvedTenant[]; next: PagePosition | null }> {
    const found = (await this.store.list(limit + 1, after)).map(
      ({ snapshot }) => new ResolvedTenant(snapshot),
    );
    const tenants = found.slice(0, limit);
    const last = found.length > limit ? tenants.at(-1) : undefined;
    const next = last === undefined ? null : { createdAt: new Date(last.snapshot.createdAt), id: last.id };
    return { tenants, next };
  }

  /** Those with a database of their own, active or not: for what reads across all tenants. */
  async dedicated(): Promise<ResolvedTenant[]> {
    return (await this.store.listDedicated()).map(({ snapshot }) => new ResolvedTenant(snapshot));
  }

  /** Makes the transaction wait for the tenant's others of the kind (TenantStore.serialize); the tenant as stored. */
  async serialize(id: string): Promise<ResolvedTenant> {
    return new ResolvedTenant((await this.store.serialize(id)).snapshot);
  }

  /** All custom domains that the tenant asked for, proved or not. @throws NotFoundError */
  domains(id: string): Promise<CustomDomain[]> {
    return this.store.domains(id);
  }

  /** Changes the list of domains; two changes at once are done one after the other. `work` runs in the transaction. */
  async changeDomains(
    id: string,
    work: (domains: CustomDomain[]) => Promise<CustomDomain[]>,
  ): Promise<CustomDomain[]> {
    const { record, domains } = await this.transactions.run(async () => {
      await this.store.serialize(id);
      const domains = await work(await this.store.domains(id));
      return { record: await this.store.update(id, { domains }), domains };
    });
    await this.announce(record);
    return domains;
  }

  private async announce({ snapshot, revision }: TenantRecord): Promise<ResolvedTenant> {
    await this.directory.invalidate(snapshot.id, revision);
    return new ResolvedTenant(snapshot);
  }
}
