import type { Type } from '@nestjs/common';
import mongoose, { Types, type Model } from 'mongoose';
import type { PagePosition } from '@financeops/core/http';
import { currentSession } from '@financeops/core/mongo';
import type { Placement, ResolvedTenant } from '@financeops/tenancy/context';
import type { BaseTenantDocument } from '../document/base-tenant.document';
import { ScopedExecutor, idOf, type Binding } from './scoped-executor';
import { boundBulkOperation, insertedDocuments, softDeletion, type BulkBinding } from './bulk-operations';
import { requireBypass } from '../bypass/bypass';
import { kindOfCollection } from '../placement/collection-kinds';
import { entityReader, toObjectId } from './entity-reader';
import type { Lifetime } from './filter.rules';
import { withinScope } from '../operation-scope/operation-scope';
import type { CollectionKind, PipelineScope } from './pipeline.rules';
import { modelOn } from '../placement/tenant-models';
import type { PlainObject } from '../bson/bson-guards';
import { repositoryNet } from './repository-net';
import { StoredBytes } from './stored-bytes';
import type { TenantIsolation } from './tenant-isolation';
import { tenantSchemaFacts } from '../document/tenant-schema-facts';
import type {
  Fields,
  NewDocument,
  TenantBulkOperation,
  TenantBulkResult,
  TenantFilter,
  TenantFindOptions,
  TenantSort,
  TenantUpdate,
} from './tenant-types';

/** Documents: what is purged is read before, to know its size. */
const PURGED_AT_A_TIME = 1_000;

/** One page of a list, newest first. `next` is where the following page begins; `null` at the end. */
export interface TenantPage<T> {
  items: T[];
  next: PagePosition | null;
}

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
export abstract class TenantAwareRepository<T extends BaseTenantDocument> {
  readonly #model: Model<T>;
  readonly #isolation: TenantIsolation;
  readonly #executor: ScopedExecutor<T>;
  readonly #read: (data: object) => T;
  readonly #bytes: StoredBytes;

  constructor(model: Model<T>, isolation: TenantIsolation) {
    const facts = tenantSchemaFacts(model.schema as unknown as mongoose.Schema);
    if (facts === undefined) {
      throw new Error(`The schema of ${model.modelName} was not made by createTenantSchema.`);
    }
    this.#model = model;
    this.#isolation = isolation;
    this.#executor = new ScopedExecutor(model, isolation);
    this.#read = entityReader(facts.entity as Type<T>, model.schema as unknown as mongoose.Schema);
    this.#bytes = new StoredBytes(isolation.storage, model.schema as unknown as mongoose.Schema);
  }

  async create(document: NewDocument<T>): Promise<T> {
    return this.#executor.run('create', async (binding) => {
      const prepared = this.injectTenantId(document, binding.tenantId);
      const created = await this.#executor.send(binding, (model) =>
        new model(prepared).save({ session: binding.session ?? null }),
      );
      const entity = this.#read(created.toObject());
      this.#bytes.added(binding.tenantId, [entity]);
      return entity;
    });
  }

  /**
   * All are checked before any is written; a duplicate key stops at the first (use a transaction to undo those before
   * it), and `duplicateKeyFields` is then `[]`: the driver's bulk error doesn't say which index refused.
   */
  async createMany(documents: readonly NewDocument<T>[]): Promise<T[]> {
    return this.#executor.run('createMany', async (binding) => {
      const prepared = documents.map((document) => this.injectTenantId(document, binding.tenantId));
      const read = (inserted: readonly { toObject(): object }[]): T[] => {
        const entities = inserted.map((document) => this.#read(document.toObject()));
        this.#bytes.added(binding.tenantId, entities);
        return entities;
      };
      const inserting = this.#executor.send(binding, (model) =>
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

  async find(find: TenantFindOptions<T> = {}): Promise<T[]> {
    return this.#executor.run('find', async (binding) => {
      const filter = this.#filter(find, binding);
      const found = await this.#executor.send(binding, (model) =>
        this.#query(model, filter, find, binding).exec(),
      );
      return found.map(this.#read);
    });
  }

  async findOne({ options = {}, ...find }: TenantFindOptions<T>): Promise<T | null> {
    return this.#executor.run('findOne', async (binding) => {
      const filter = this.#filter(find, binding);
      const limited = { ...find, options: { ...options, limit: 1 } };
      const [first] = await this.#executor.send(binding, (model) =>
        this.#query(model, filter, limited, binding).exec(),
      );
      return first === undefined ? null : this.#read(first);
    });
  }

  /** `null` for an unknown id, another tenant's, and one that isn't 24 hex digits. */
  async findById(
    id: string | Types.ObjectId,
    options: Pick<TenantFindOptions<T>, 'includeDeleted' | 'projection'> = {},
  ): Promise<T | null> {
    const _id = toObjectId(id);
    return _id === null ? null : this.findOne({ ...options, filter: { _id } as TenantFilter<T> });
  }

  async exists(find: Pick<TenantFindOptions<T>, 'filter' | 'includeDeleted'>): Promise<boolean> {
    return this.#executor.run('exists', async (binding) => {
      const filter = this.#filter(find, binding);
      const found = await this.#executor.send(binding, (model) =>
        model.findOne(filter, { _id: 1 }, { session: binding.session }).lean().exec(),
      );
      return found !== null;
    });
  }

  async count(find: Pick<TenantFindOptions<T>, 'filter' | 'includeDeleted'> = {}): Promise<number> {
    return this.#executor.run('count', async (binding) => {
      const filter = this.#filter(find, binding);
      return this.#executor.send(binding, (model) =>
        model.countDocuments(filter, { session: binding.session }).exec(),
      );
    });
  }

  async distinct<K extends keyof Fields<T> & string>(
    field: K,
    find: Pick<TenantFindOptions<T>, 'filter' | 'includeDeleted'> = {},
  ): Promise<Fields<T>[K][]> {
    return this.#executor.run('distinct', async (binding) => {
      const filter = this.#filter(find, binding);
      const values = await this.#executor.send(binding, (model) =>
        model.distinct(field, filter, { session: binding.session }).exec(),
      );
      return values as Fields<T>[K][];
    });
  }

  /** Newest first; ties by id. `limit`: documents a page. */
  async paginate({
    filter = {} as TenantFilter<T>,
    limit,
    after,
    includeDeleted = false,
  }: {
    filter?: TenantFilter<T>;
    limit: number;
    after?: PagePosition | null;
    includeDeleted?: boolean;
  }): Promise<TenantPage<T>> {
    const beyond =
      after === undefined || after === null
        ? []
        : [
            {
              $or: [
                { createdAt: { $lt: after.createdAt } },
                { createdAt: after.createdAt, _id: { $lt: new Types.ObjectId(after.id) } },
              ],
            },
          ];
    const found = await this.find({
      filter: { $and: [filter, ...beyond] } as unknown as TenantFilter<T>,
      options: { sort: { createdAt: -1, _id: -1 } as never, limit: limit + 1 },
      includeDeleted,
    });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      next:
        found.length > limit && last !== undefined
          ? { createdAt: last.createdAt, id: last._id.toString() }
          : null,
    };
  }

  /** One document at a time, for as many as there are; the tenant is bound now, not when it is read. */
  stream(find: TenantFindOptions<T> = {}): AsyncIterable<T> {
    const binding = this.#executor.bind('stream');
    const filter = this.#executor.guarded(binding, () => this.#filter(find, binding));
    const query = (model: Model<T>) => this.#query(model, filter, find, binding);
    const send = <R>(call: (model: Model<T>) => Promise<R>): Promise<R> =>
      this.#executor.audited(binding, () => this.#executor.send(binding, call));
    const read = this.#read;
    return {
      async *[Symbol.asyncIterator]() {
        const cursor = await send((model) => Promise.resolve(query(model).cursor()));
        let opened = false;
        try {
          for (;;) {
            const data = (await send(() => cursor.next())) as object | null;
            opened = true;
            if (data === null) return;
            yield read(data);
          }
        } finally {
          // Mongoose has nothing to close of one that a net refused, and would fail with an error of its own.
          if (opened) await send(() => cursor.close());
        }
      },
    };
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
    return this.#executor.run('updateOne', async (binding) => {
      const bound = this.injectTenantFilter(filter, false, binding.tenantId);
      const change = repositoryNet().scrubUpdate(update, binding.tenantId);
      return this.#findOneAndUpdate(binding, bound, change, options);
    });
  }

  async updateMany(
    filter: TenantFilter<T>,
    update: TenantUpdate<T>,
  ): Promise<{ matched: number; modified: number }> {
    return this.#executor.run('updateMany', async (binding) => {
      const bound = this.injectTenantFilter(filter, false, binding.tenantId);
      const change = repositoryNet().scrubUpdate(update, binding.tenantId);
      const result = await this.#executor.send(binding, (model) =>
        model.updateMany(bound, change as never, { session: binding.session, runValidators: true }).exec(),
      );
      return { matched: result.matchedCount, modified: result.modifiedCount };
    });
  }

  /** Soft-deletes one document and returns it; `null` when none meets `filter`. */
  async delete(filter: TenantFilter<T>, deletedBy: string | null): Promise<T | null> {
    return this.#executor.run('delete', async (binding) => {
      const bound = this.injectTenantFilter(filter, false, binding.tenantId);
      return this.#findOneAndUpdate(binding, bound, softDeletion(deletedBy));
    });
  }

  /** Brings back one soft-deleted document; `null` when none that is deleted meets `filter`. */
  async restore(filter: TenantFilter<T>): Promise<T | null> {
    return this.#executor.run('restore', async (binding) => {
      const bound = repositoryNet().tenantFilter(filter, binding.tenantId, 'deleted');
      return this.#findOneAndUpdate(binding, bound, { $set: { deletedAt: null, deletedBy: null } });
    });
  }

  /**
   * Removes documents for good, in any state. Only for what nobody could see yet (lines of a file that is refused in the
   * end): make an own, well-named method of it in the repository that needs it. Everything else is soft-deleted.
   */
  protected async purge(filter: TenantFilter<T>): Promise<number> {
    return this.#executor.run('purge', async (binding) => {
      const bound = this.injectTenantFilter(filter, true, binding.tenantId);
      let purged = 0;
      for (;;) {
        const some = await this.#executor.send(binding, (model) =>
          model.find(bound, null, { session: binding.session }).limit(PURGED_AT_A_TIME).lean<T[]>().exec(),
        );
        if (some.length === 0) return purged;
        const ids = { _id: mongoose.trusted({ $in: some.map(({ _id }) => _id) }) };
        await this.#executor.send(binding, (model) =>
          model.deleteMany({ ...bound, ...ids }, { session: binding.session }).exec(),
        );
        this.#bytes.removed(binding.tenantId, some);
        purged += some.length;
      }
    });
  }

  /** In order, stopping at the first error. Of what it stores only inserts are counted as storage. */
  async bulkWrite(operations: readonly TenantBulkOperation<T>[]): Promise<TenantBulkResult> {
    return this.#executor.run('bulkWrite', async (binding) => {
      const { tenantId } = binding;
      const binds: BulkBinding<T> = {
        tenantId,
        filter: (filter) => this.injectTenantFilter(filter, false, tenantId),
        document: (document) => this.injectTenantId(document, tenantId),
      };
      const prepared = operations.map((operation) => boundBulkOperation(operation, binds));
      const count = (inserted: number): void =>
        this.#bytes.added(tenantId, insertedDocuments(prepared, inserted));
      const writing = this.#executor.send(binding, (model) =>
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
    return this.#executor.run('aggregate', async (binding) => {
      const { tenant, tenantId, session } = binding;
      const bound = this.protectAggregatePipeline(pipeline, includeDeleted, tenantId, tenant.placement);
      return this.#executor.send(binding, (model) => model.aggregate<R>(bound, { session }).exec());
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
    const scope = this.#pipelineScope(null, includeDeleted, 'shared');
    const prepared = repositoryNet().protectPipeline(pipeline, scope);
    return withinScope({ kind: 'cross-tenant', bypass }, () =>
      this.#model.aggregate<R>(prepared as never, { session: currentSession() }).exec(),
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
    return this.#executor
      .connections()
      .visit(tenant, (connection) =>
        withinScope({ kind: 'cross-tenant', bypass }, () =>
          modelOn(connection, this.#model).aggregate<R>(prepared).exec(),
        ),
      );
  }

  /** The filter with the tenant, and without what was soft-deleted. */
  protected injectTenantFilter(
    filter: TenantFilter<T>,
    includeDeleted = false,
    tenantId: Types.ObjectId = this.#tenantId(),
  ): mongoose.QueryFilter<T> {
    const lifetime: Lifetime = includeDeleted ? 'any' : 'live';
    return repositoryNet().tenantFilter(filter, tenantId, lifetime) as mongoose.QueryFilter<T>;
  }

  /** The document with the tenant. */
  protected injectTenantId(
    document: NewDocument<T>,
    tenantId: Types.ObjectId = this.#tenantId(),
  ): PlainObject {
    return repositoryNet().scrubDocument(document, tenantId);
  }

  /** The pipeline with the tenant in front and in every collection that it reads. */
  protected protectAggregatePipeline(
    pipeline: readonly mongoose.PipelineStage[],
    includeDeleted = false,
    tenantId: Types.ObjectId = this.#tenantId(),
    placement: Placement = this.#isolation.contexts.getTenant().placement,
  ): mongoose.PipelineStage[] {
    return repositoryNet().protectPipeline(
      pipeline,
      this.#pipelineScope(tenantId, includeDeleted, placement),
    ) as never;
  }

  #tenantId(): Types.ObjectId {
    return idOf(this.#isolation.contexts.getTenantId());
  }

  #filter(
    {
      filter = {} as TenantFilter<T>,
      includeDeleted,
    }: Pick<TenantFindOptions<T>, 'filter' | 'includeDeleted'>,
    { tenantId }: Binding,
  ): mongoose.QueryFilter<T> {
    return this.injectTenantFilter(filter, includeDeleted, tenantId);
  }

  #query(model: Model<T>, filter: mongoose.QueryFilter<T>, find: TenantFindOptions<T>, { session }: Binding) {
    const { projection = null, options: { sort, limit, skip } = {} } = find;
    return model
      .find(filter, projection as never, { session })
      .setOptions({
        ...(sort === undefined ? {} : { sort: sort as never }),
        ...(limit === undefined ? {} : { limit }),
        ...(skip === undefined ? {} : { skip }),
      })
      .lean<object[]>();
  }

  async #findOneAndUpdate(
    binding: Binding,
    filter: PlainObject,
    update: PlainObject,
    { upsert = false, sort, before }: { upsert?: boolean; sort?: TenantSort<T>; before?: T } = {},
  ): Promise<T | null> {
    const { value, lastErrorObject } = await this.#executor.send(binding, (model) =>
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
    const after = this.#read(value);
    if (lastErrorObject?.upserted !== undefined) this.#bytes.added(binding.tenantId, [after]);
    else if (before !== undefined) this.#bytes.changed(binding.tenantId, before, after);
    return after;
  }

  #pipelineScope(
    tenantId: Types.ObjectId | null,
    includeDeleted: boolean,
    placement: Placement,
  ): PipelineScope {
    const kindOf = (name: string): CollectionKind => {
      const kind = kindOfCollection(this.#model.db, name);
      return placement === 'dedicated' && kind === 'shared' ? 'unknown' : kind;
    };
    return { tenantId, includeDeleted, kindOf };
  }
}
