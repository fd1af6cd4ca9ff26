import { Injectable } from '@nestjs/common';
import { ResolvedTenant } from '@financeops/tenancy/context';
import { TenantDirectory } from './tenant-directory';
import { TenantStore, type NewTenant, type TenantChange } from './tenant.store';

/** Creates and changes tenants; a change is in force on every process when the promise resolves (pub/sub permitting). */
@Injectable()
export class TenantRegistry {
  constructor(
    private readonly store: TenantStore,
    private readonly directory: TenantDirectory,
  ) {}

  /** @throws DomainError `validation-failed` (slug malformed or reserved), `conflict` (slug taken). */
  async create(input: NewTenant): Promise<ResolvedTenant> {
    const record = await this.store.insert(input);
    await this.directory.invalidate(record.snapshot.id, record.revision);
    return new ResolvedTenant(record.snapshot);
  }

  /** @throws DomainError `not-found`, `validation-failed`, `conflict`. */
  async change(id: string, change: TenantChange): Promise<ResolvedTenant> {
    const record = await this.store.update(id, change);
    await this.directory.invalidate(record.snapshot.id, record.revision);
    return new ResolvedTenant(record.snapshot);
  }
}
