import { Injectable } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { AsyncSlot } from '@financeops/core/async-context';
import type { Principal } from './principal';
import type { ResolvedTenant } from './resolved-tenant';

/** What decided the tenant. `job`: work of the platform itself on a tenant's behalf. */
export type ResolvedVia = 'jwt' | 'header' | 'subdomain' | 'domain' | 'api-key' | 'refresh-token' | 'job';

export interface TenantContext {
  tenant: ResolvedTenant;
  resolvedVia: ResolvedVia;
  /** Milliseconds since the epoch. */
  resolvedAt: number;
  /**
   * To the database where the tenant's documents are. A context without one (a job's, or before the caller is known) gets
   * it with its first operation.
   */
  connection?: Connection;
  /** The request it was resolved for, for the audit log; jobs have none. */
  origin?: { requestId: string; actor: Principal | null };
}

/** One store for the process, so that plain code (a schema plugin) and injected code see the same context. */
const storage = new AsyncSlot<TenantContext>();

export class NoTenantContextError extends Error {
  constructor() {
    super(
      'No tenant context available: tenant data was asked for outside a request of a tenant. ' +
        'In a job or script, wrap the work in TenantContextService.run({ tenant, resolvedVia: "job", resolvedAt }, ...); ' +
        'in a route, check that the tenant guard runs before it.',
    );
    this.name = 'NoTenantContextError';
  }
}

/** The tenant of the running request or job, held through awaits, timers and streams (AsyncLocalStorage). */
@Injectable()
export class TenantContextService {
  /** Runs `work` for the context's tenant. There is no way to set a context without an end to it (`enterWith`). */
  run<R>(context: TenantContext, work: () => R): R {
    return storage.run(Object.freeze(context), work);
  }

  /** @throws NoTenantContextError outside of `run`. */
  getContext(): TenantContext {
    const context = storage.get();
    if (context === undefined) throw new NoTenantContextError();
    return context;
  }

  /** @throws NoTenantContextError outside of `run`. */
  getTenant(): ResolvedTenant {
    return this.getContext().tenant;
  }

  /** 24-hex id. @throws NoTenantContextError outside of `run`. */
  getTenantId(): string {
    return this.getContext().tenant.id;
  }

  hasTenantContext(): boolean {
    return storage.get() !== undefined;
  }
}
