import { Types, type Model, type QueryFilter } from 'mongoose';
import type { PagePosition } from '@financeops/core/http';
import type { BaseTenantDocument } from '../document/base-tenant.document';
import { toObjectId } from './entity-reader';
import type { Binding } from './scoped-executor';
import { INTERNALS, TenantBinder } from './tenant-binder';
import type { Fields, TenantFilter, TenantFindOptions } from './tenant-types';

/** One page of a list, newest first. `next` is where the following page begins; `null` at the end. */
export interface TenantPage<T> {
  items: T[];
  next: PagePosition | null;
}

/** The reads of a TenantAwareRepository. Nothing is hydrated: results are plain data with the entity's prototype. */
export abstract class TenantReads<T extends BaseTenantDocument> extends TenantBinder<T> {
  async find(find: TenantFindOptions<T> = {}): Promise<T[]> {
    return this[INTERNALS].executor.execute('find', async (binding) => {
      const filter = this.#filter(find, binding);
      const found = await this[INTERNALS].executor.send(binding, (model) =>
        this.#query(model, filter, find, binding).exec(),
      );
      return found.map(this[INTERNALS].read);
    });
  }

  async findOne({ options = {}, ...find }: TenantFindOptions<T>): Promise<T | null> {
    return this[INTERNALS].executor.execute('findOne', async (binding) => {
      const filter = this.#filter(find, binding);
      const limited = { ...find, options: { ...options, limit: 1 } };
      const [first] = await this[INTERNALS].executor.send(binding, (model) =>
        this.#query(model, filter, limited, binding).exec(),
      );
      return first === undefined ? null : this[INTERNALS].read(first);
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
    return this[INTERNALS].executor.execute('exists', async (binding) => {
      const filter = this.#filter(find, binding);
      const found = await this[INTERNALS].executor.send(binding, (model) =>
        model.findOne(filter, { _id: 1 }, { session: binding.session }).lean().exec(),
      );
      return found !== null;
    });
  }

  async count(find: Pick<TenantFindOptions<T>, 'filter' | 'includeDeleted'> = {}): Promise<number> {
    return this[INTERNALS].executor.execute('count', async (binding) => {
      const filter = this.#filter(find, binding);
      return this[INTERNALS].executor.send(binding, (model) =>
        model.countDocuments(filter, { session: binding.session }).exec(),
      );
    });
  }

  async distinct<K extends keyof Fields<T> & string>(
    field: K,
    find: Pick<TenantFindOptions<T>, 'filter' | 'includeDeleted'> = {},
  ): Promise<Fields<T>[K][]> {
    return this[INTERNALS].executor.execute('distinct', async (binding) => {
      const filter = this.#filter(find, binding);
      const values = await this[INTERNALS].executor.send(binding, (model) =>
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
    const binding = this[INTERNALS].executor.bind('stream');
    const filter = this[INTERNALS].executor.guarded(binding, () => this.#filter(find, binding));
    const query = (model: Model<T>) => this.#query(model, filter, find, binding);
    const send = <R>(call: (model: Model<T>) => Promise<R>): Promise<R> =>
      this[INTERNALS].executor.audited(binding, () => this[INTERNALS].executor.send(binding, call));
    const read = this[INTERNALS].read;
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

  #filter(
    {
      filter = {} as TenantFilter<T>,
      includeDeleted,
    }: Pick<TenantFindOptions<T>, 'filter' | 'includeDeleted'>,
    { tenantId }: Binding,
  ): QueryFilter<T> {
    return this.injectTenantFilter(filter, includeDeleted, tenantId);
  }

  #query(model: Model<T>, filter: QueryFilter<T>, find: TenantFindOptions<T>, { session }: Binding) {
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
}
