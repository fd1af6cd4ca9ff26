import mongoose from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import type { PlainObject } from '../bson/bson-guards';
import { requireBypass } from '../bypass/bypass';
import type { BaseTenantDocument } from '../document/base-tenant.document';
import { withinScope } from '../operation-scope/operation-scope';
import { modelOn } from '../placement/tenant-models';
import { boundBulkOperation, insertedDocuments, softDeletion, type BulkBinding } from './bulk-operations';
import { idOf, type Binding } from './scoped-executor';
import { INTERNALS, pipelineScope } from './tenant-binder';
import { TenantReads } from './tenant-reads';
import type {
  NewDocument,
  TenantBulkOperation,
  TenantBulkResult,
  TenantFilter,
  TenantSort,
  TenantUpdate,
} from './tenant-types';

export type { TenantPage } from './tenant-reads';

/** Documents: what is purged is read before, to know its size. */
const PURGED_AT_A_TIME = 1_000;

/**
 * The only way to tenants' data. Every operation is bound to the tenant of the calling context **when it is called**:
 * the tenant and the transaction are read before anything is awaited, so a promise awaited elsewhere stays this
 * tenant's. The Mongoose model is private and no Mongoose document leaves; results are instances of the entity class.
 *
 *     @Injectable()
 *     export class PaymentRepository extends TenantAwareRepository<Payment> {
 *       constructor(@InjectModel(Payment.name) model: Model<Payment>, isolation: TenantIsolation) {
 *         super(model, isolation);
 *       }
 *
 *       findByReference(reference: string): Promise<Payment | null> {
 *         return this.findOne({ filter: { reference } });
 *       }
 *
 *       // The state is part of the condition: null means it was no longer PENDING.
 *       cancel(id: string): Promise<Payment | null> {
 *         return this.updateOne({ _id: id, status: 'PENDING' }, { $set: { status: 'CANCELLED' } });
 *       }
 *     }
 *
 * Filters, updates and documents don't name `tenantId`: it doesn't compile. At run time the own id is dropped, any
 * other is refused (`cross-tenant-access`) and audited. Soft-deleted documents are left out unless `includeDeleted`.
 *
 * Errors of every method: NoTenantContextError outside of a tenant's context; IsolationViolationError;
 * UnsupportedQueryError for an operator that isn't offered; the driver's (`duplicateKeyFields`, `isMongoUnreachable`).
 */
export abstract class TenantAwareRepository<T extends BaseTenantDocument> extends TenantReads<T> {
  async create(document: NewDocument<T>): Promise<T> {
    return this[INTERNALS].executor.execute('create', async (binding) => {
      const prepared = this.injectTenantId(document, binding.tenantId);
      const created = await this[INTERNALS].executor.send(binding, (model) =>
        new model(prepared).save({ session: binding.session ?? null }),
      );
      const entity = this[INTERNALS].read(created.toObject());
      this[INTERNALS].bytes.added(binding.tenantId, [entity]);
      return entity;
    });
  }

  /**
   * All are checked before any is written; a duplicate key stops at the first (use a transaction to undo those before
   * it), and `duplicateKeyFields` is then `[]`: the driver's bulk error doesn't say which index refused.
   */
  async createMany(documents: readonly NewDocument<T>[]): Promise<T[]> {
    return this[INTERNALS].executor.execute('createMany', async (binding) => {
      const prepared = documents.map((document) => this.injectTenantId(document, binding.tenantId));
      const read = (inserted: readonly { toObject(): object }[]): T[] => {
        const entities = inserted.map((document) => this[INTERNALS].read(document.toObject()));
        this[INTERNALS].bytes.added(binding.tenantId, entities);
        return entities;
      };
      const inserting = this[INTERNALS].executor.send(binding, (model) =>
        model.insertMany(prepared, { session: binding.session, ordered: true }),
      );
      return read(
        await inserting.catch((error: unknown) => {
          // Outside of a transaction, those before the one that was refused stay.
          read((error as { insertedDocs?: mongoose.Document[] }).insertedDocs ?? []);
          throw error;
        }),
      );
    });
  }

  /**
   * Changes one document that meets `filter` and returns it as it is after; `null` when none does. `before`: the document
   * as it was, for a caller that has it in hand; without it the change in size isn't counted as storage.
   */
  async updateOne(
    filter: TenantFilter<T>,
    update: TenantUpdate<T>,
    options: { upsert?: boolean; sort?: TenantSort<T>; before?: T } = {},
  ): Promise<T | null> {
    return this[INTERNALS].executor.execute('updateOne', async (binding) => {
      const bound = this.injectTenantFilter(filter, false, binding.tenantId);
      const change = this[INTERNALS].isolation.net.scrubUpdate(update, binding.tenantId);
      return this.#findOneAndUpdate(binding, bound, change, options);
    });
  }

  async updateMany(
    filter: TenantFilter<T>,
    update: TenantUpdate<T>,
  ): Promise<{ matched: number; modified: number }> {
    return this[INTERNALS].executor.execute('updateMany', async (binding) => {
      const bound = this.injectTenantFilter(filter, false, binding.tenantId);
      const change = this[INTERNALS].isolation.net.scrubUpdate(update, binding.tenantId);
      const result = await this[INTERNALS].executor.send(binding, (model) =>
        model.updateMany(bound, change as never, { session: binding.session, runValidators: true }).exec(),
      );
      return { matched: result.matchedCount, modified: result.modifiedCount };
    });
  }

  /** Soft-deletes one document and returns it; `null` when none meets `filter`. */
  async delete(filter: TenantFilter<T>, deletedBy: string | null): Promise<T | null> {
    return this[INTERNALS].executor.execute('delete', async (binding) => {
      const bound = this.injectTenantFilter(filter, false, binding.tenantId);
      return this.#findOneAndUpdate(binding, bound, softDeletion(deletedBy));
    });
  }

  /** Brings back one soft-deleted document; `null` when none that is deleted meets `filter`. */
  async restore(filter: TenantFilter<T>): Promise<T | null> {
    return this[INTERNALS].executor.execute('restore', async (binding) => {
      const bound = this[INTERNALS].isolation.net.tenantFilter(filter, binding.tenantId, 'deleted');
      return this.#findOneAndUpdate(binding, bound, { $set: { deletedAt: null, deletedBy: null } });
    });
  }

  /**
   * Removes documents for good, in any state. Only for what nobody could see yet (lines of a file that is refused in the
   * end): make an own, well-named method of it in the repository that needs it. Everything else is soft-deleted.
   */
  protected async purge(filter: TenantFilter<T>): Promise<number> {
    return this[INTERNALS].executor.execute('purge', async (binding) => {
      const bound = this.injectTenantFilter(filter, true, binding.tenantId);
      let purged = 0;
      for (;;) {
        const some = await this[INTERNALS].executor.send(binding, (model) =>
          model.find(bound, null, { session: binding.session }).limit(PURGED_AT_A_TIME).lean<T[]>().exec(),
        );
        if (some.length === 0) return purged;
        const ids = { _id: mongoose.trusted({ $in: some.map(({ _id }) => _id) }) };
        await this[INTERNALS].executor.send(binding, (model) =>
          model.deleteMany({ ...bound, ...ids }, { session: binding.session }).exec(),
        );
        this[INTERNALS].bytes.removed(binding.tenantId, some);
        purged += some.length;
      }
    });
  }

  /** In order, stopping at the first error. Of what it stores only inserts are counted as storage. */
  async bulkWrite(operations: readonly TenantBulkOperation<T>[]): Promise<TenantBulkResult> {
    return this[INTERNALS].executor.execute('bulkWrite', async (binding) => {
      const { tenantId } = binding;
      const binds: BulkBinding<T> = {
        filter: (filter) => this.injectTenantFilter(filter, false, tenantId),
        document: (document) => this.injectTenantId(document, tenantId),
        update: (update) => this[INTERNALS].isolation.net.scrubUpdate(update, tenantId),
      };
      const prepared = operations.map((operation) => boundBulkOperation(operation, binds));
      const count = (inserted: number): void =>
        this[INTERNALS].bytes.added(tenantId, insertedDocuments(prepared, inserted));
      const writing = this[INTERNALS].executor.send(binding, (model) =>
        model.bulkWrite(prepared as never, {
          session: binding.session,
          ordered: true,
          throwOnValidationError: true,
        }),
      );
      const result = await writing.catch((error: unknown) => {
        count((error as { insertedCount?: number }).insertedCount ?? 0);
        throw error;
      });
      count(result.insertedCount);
      return {
        inserted: result.insertedCount,
        matched: result.matchedCount,
        modified: result.modifiedCount,
        upserted: result.upsertedCount,
      };
    });
  }

  /**
   * Runs a pipeline over the tenant's documents. Nothing is cast: write ids as ObjectIds. 64-bit integers come back as
   * numbers, beyond 2^53 as Longs.
   */
  async aggregate<R extends object>(
    pipeline: readonly mongoose.PipelineStage[],
    { includeDeleted = false }: { includeDeleted?: boolean } = {},
  ): Promise<R[]> {
    return this[INTERNALS].executor.execute('aggregate', async (binding) => {
      const { tenant, tenantId, session } = binding;
      const bound = this.protectAggregatePipeline(pipeline, includeDeleted, tenantId, tenant.placement);
      return this[INTERNALS].executor.send(binding, (model) => model.aggregate<R>(bound, { session }).exec());
    });
  }

  /**
   * Reads over all tenants of the shared database; those that have one of their own aren't there (`dedicatedAggregate`).
   * Make an own, well-named method of it in the repository that needs it.
   * @throws CrossTenantAccessError unless the route was declared with `@BypassTenantIsolation` and is still running, or a
   * job runs it in a `JobBypass` whose time isn't over.
   */
  protected async crossTenantAggregate<R extends object>(
    pipeline: readonly mongoose.PipelineStage[],
    { includeDeleted = false }: { includeDeleted?: boolean } = {},
  ): Promise<R[]> {
    const bypass = requireBypass();
    const scope = pipelineScope(this[INTERNALS].model, null, includeDeleted, 'shared');
    const prepared = this[INTERNALS].isolation.net.protectPipeline(pipeline, scope);
    return withinScope({ kind: 'cross-tenant', bypass }, () =>
      this[INTERNALS].model.aggregate<R>(prepared as never, { session: currentSession() }).exec(),
    );
  }

  /** The same for one tenant that has a database of its own; its pipeline can't look up what is shared. */
  protected async dedicatedAggregate<R extends object>(
    tenant: ResolvedTenant,
    pipeline: readonly mongoose.PipelineStage[],
  ): Promise<R[]> {
    const bypass = requireBypass();
    const tenantId = idOf(tenant.id);
    const prepared = this.protectAggregatePipeline(pipeline, false, tenantId, 'dedicated');
    return this[INTERNALS].executor
      .connections()
      .visit(tenant, (connection) =>
        withinScope({ kind: 'cross-tenant', bypass }, () =>
          modelOn(connection, this[INTERNALS].model).aggregate<R>(prepared).exec(),
        ),
      );
  }

  async #findOneAndUpdate(
    binding: Binding,
    filter: PlainObject,
    update: PlainObject,
    { upsert = false, sort, before }: { upsert?: boolean; sort?: TenantSort<T>; before?: T } = {},
  ): Promise<T | null> {
    const { value, lastErrorObject } = await this[INTERNALS].executor.send(binding, (model) =>
      model
        .findOneAndUpdate(filter as never, update as never, {
          returnDocument: 'after',
          includeResultMetadata: true,
          upsert,
          runValidators: true,
          session: binding.session,
          ...(sort === undefined ? {} : { sort: sort as never }),
        })
        .lean<{ value: object | null; lastErrorObject?: { upserted?: unknown } }>()
        .exec(),
    );
    if (value === null) return null;
    const after = this[INTERNALS].read(value);
    if (lastErrorObject?.upserted !== undefined) this[INTERNALS].bytes.added(binding.tenantId, [after]);
    else if (before !== undefined) this[INTERNALS].bytes.changed(binding.tenantId, before, after);
    return after;
  }
}
