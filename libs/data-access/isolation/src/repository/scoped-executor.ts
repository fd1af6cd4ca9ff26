import { Types, type ClientSession, type Connection, type Model } from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import { databaseOf, type ResolvedTenant, type TenantContext } from '@financeops/tenancy/context';
import { IsolationViolationError, violationOf } from '../audit/isolation.errors';
import { withinScope, type OperationScope } from '../operation-scope/operation-scope';
import { sharedDatabase } from '../placement/dedicated-connections';
import type { TenantConnectionManager } from '../placement/tenant-connection-manager';
import { modelOn } from '../placement/tenant-models';
import type { TenantIsolation } from './tenant-isolation';
import { reportViolation } from '../audit/violations';

/** What an operation was bound to at the moment it was called. */
export interface Binding {
  operation: string;
  tenant: ResolvedTenant;
  tenantId: Types.ObjectId;
  connection: Connection | undefined;
  session: ClientSession | undefined;
  origin: TenantContext['origin'];
}

/**
 * Executes a repository's operations in the tenant and transaction that were current when the operation was called, in
 * that tenant's database. Every violation is audited before it reaches the caller.
 */
export class ScopedExecutor<T> {
  readonly #model: Model<T>;
  readonly #isolation: TenantIsolation;

  constructor(model: Model<T>, isolation: TenantIsolation) {
    this.#model = model;
    this.#isolation = isolation;
  }

  /** @throws NoTenantContextError outside of a tenant's context. */
  bind(operation: string): Binding {
    const { tenant, connection, origin } = this.#isolation.contexts.getContext();
    const tenantId = idOf(tenant.id);
    return { operation, tenant, tenantId, connection, session: currentSession(), origin };
  }

  /** Binds before anything is awaited, then runs `work`. A violation is audited before it is rethrown. */
  async execute<R>(operation: string, work: (binding: Binding) => Promise<R>): Promise<R> {
    const binding = this.bind(operation);
    return this.audited(binding, () => work(binding));
  }

  async audited<R>(binding: Binding, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      const violation = violationOf(error);
      if (violation === null) throw error;
      await this.#report(binding, violation);
      throw violation;
    }
  }

  /** The same for synchronous work. The audit is not awaited. */
  guarded<R>(binding: Binding, build: () => R): R {
    try {
      return build();
    } catch (error) {
      if (error instanceof IsolationViolationError) void this.#report(binding, error);
      throw error;
    }
  }

  /**
   * Makes the call on the model of the tenant's database: at once where nothing has to be opened, and always for a tenant
   * of the shared one.
   */
  send<R>(binding: Binding, call: (model: Model<T>) => Promise<R>): Promise<R> {
    const { tenant, tenantId, connection, session } = binding;
    if (tenant.placement === 'shared') {
      if (connection !== undefined && connection !== this.#model.db) throw strayConnection();
      const scope: OperationScope = { kind: 'tenant', tenantId };
      return withinScope(scope, () => call(this.#model));
    }
    const database = databaseOf(tenant, sharedDatabase(this.#model.db));
    if (connection !== undefined && connection.name !== database) throw strayConnection();
    const scope: OperationScope = { kind: 'tenant', tenantId, database };
    return this.connections().use(
      tenant,
      (own) => withinScope(scope, () => call(modelOn(own, this.#model))),
      session,
    );
  }

  connections(): TenantConnectionManager {
    const { connections } = this.#isolation;
    if (connections === undefined) {
      throw new Error("A tenant's own database needs the TenantConnectionManager of IsolationModule.");
    }
    return connections;
  }

  #report({ tenantId, operation, origin }: Binding, { reason, net }: IsolationViolationError): Promise<void> {
    const violation = {
      tenantId: tenantId.toHexString(),
      net,
      collection: this.#model.collection.name,
      operation,
      reason,
    };
    // The other nets report their own violations.
    if (net === 'repository') reportViolation(violation);
    return this.#isolation.audit.violation({
      ...violation,
      actor: origin?.actor ?? null,
      requestId: origin?.requestId ?? null,
    });
  }
}

/** Frozen, so that a caller can't change the ID while it still binds an operation. */
export const idOf = (tenant: string): Types.ObjectId => Object.freeze(new Types.ObjectId(tenant));

const strayConnection = (): IsolationViolationError =>
  new IsolationViolationError("the connection of the context isn't to the database of its tenant");
