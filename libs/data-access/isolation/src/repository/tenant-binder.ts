import type { Type } from '@nestjs/common';
import type mongoose from 'mongoose';
import type { Model, Types } from 'mongoose';
import type { Placement } from '@financeops/tenancy/context';
import type { PlainObject } from '../bson/bson-guards';
import type { BaseTenantDocument } from '../document/base-tenant.document';
import { tenantSchemaFacts } from '../document/tenant-schema-facts';
import { kindOfCollection } from '../placement/collection-kinds';
import { entityReader } from './entity-reader';
import type { Lifetime } from './filter.rules';
import type { PipelineScope } from './pipeline.rules';
import type { CollectionKind } from '../placement/collection-kinds';
import { idOf, ScopedExecutor } from './scoped-executor';
import { StoredBytes } from './stored-bytes';
import type { TenantIsolation } from './tenant-isolation';
import type { NewDocument, TenantFilter } from './tenant-types';

/** Key of what the repository's own classes share. The library does not export it, so no subclass gets the model. */
export const INTERNALS = Symbol('internals of a tenant-aware repository');

export interface Internals<T extends BaseTenantDocument> {
  model: Model<T>;
  isolation: TenantIsolation;
  executor: ScopedExecutor<T>;
  read(this: void, data: object): T;
  bytes: StoredBytes;
}

/** Binds filters, documents and pipelines to the tenant of the calling context. */
export abstract class TenantBinder<T extends BaseTenantDocument> {
  readonly #internals: Internals<T>;

  constructor(model: Model<T>, isolation: TenantIsolation) {
    const schema = model.schema as unknown as mongoose.Schema;
    const facts = tenantSchemaFacts(schema);
    if (facts === undefined) {
      throw new Error(`The schema of ${model.modelName} was not made by createTenantSchema.`);
    }
    this.#internals = {
      model,
      isolation,
      executor: new ScopedExecutor(model, isolation),
      read: entityReader(facts.entity as Type<T>, schema),
      bytes: new StoredBytes(isolation.storage, schema),
    };
  }

  protected get [INTERNALS](): Internals<T> {
    return this.#internals;
  }

  /** The filter with the tenant, and without what was soft-deleted. */
  protected injectTenantFilter(
    filter: TenantFilter<T>,
    includeDeleted = false,
    tenantId: Types.ObjectId = this.#tenantId(),
  ): mongoose.QueryFilter<T> {
    const lifetime: Lifetime = includeDeleted ? 'any' : 'live';
    return this.#internals.isolation.net.tenantFilter(filter, tenantId, lifetime) as mongoose.QueryFilter<T>;
  }

  /** The document with the tenant. */
  protected injectTenantId(
    document: NewDocument<T>,
    tenantId: Types.ObjectId = this.#tenantId(),
  ): PlainObject {
    return this.#internals.isolation.net.scrubDocument(document, tenantId);
  }

  /** The pipeline with the tenant in front and in every collection that it reads. */
  protected protectAggregatePipeline(
    pipeline: readonly mongoose.PipelineStage[],
    includeDeleted = false,
    tenantId: Types.ObjectId = this.#tenantId(),
    placement: Placement = this.#internals.isolation.contexts.getTenant().placement,
  ): mongoose.PipelineStage[] {
    return this.#internals.isolation.net.protectPipeline(
      pipeline,
      pipelineScope(this.#internals.model, tenantId, includeDeleted, placement),
    ) as never;
  }

  #tenantId(): Types.ObjectId {
    return idOf(this.#internals.isolation.contexts.getTenantId());
  }
}

/** What a pipeline may read for a tenant that is placed so. `tenantId: null`: all tenants. */
export const pipelineScope = <T>(
  model: Model<T>,
  tenantId: Types.ObjectId | null,
  includeDeleted: boolean,
  placement: Placement,
): PipelineScope => {
  const kindOf = (name: string): CollectionKind => {
    const kind = kindOfCollection(model.db, name);
    return placement === 'dedicated' && kind === 'shared' ? 'unknown' : kind;
  };
  return { tenantId, includeDeleted, kindOf };
};
