import { randomBytes } from 'node:crypto';
import { Prop, Schema } from '@nestjs/mongoose';
import { MongoClient, type Db, type Document } from 'mongodb';
import mongoose, { Schema as MongooseSchema, Types, type Connection, type Model } from 'mongoose';
import { declareShared, TransactionRunner, watchedCommands } from '@financeops/core/mongo';
import { Metrics } from '@financeops/core/observability';
import {
  databaseOf,
  ResolvedTenant,
  TenantContextService,
  type Placement,
} from '@financeops/tenancy/context';
import { BaseTenantDocument } from '../src/document/base-tenant.document';
import { prepareCollections } from '../src/placement/collection-builder';
import { IsolationAudit, type IsolationBypass, type IsolationViolation } from '../src/audit/isolation-audit';
import { TenantConnectionManager, type ConnectionLimits } from '../src/placement/tenant-connection-manager';
import { StorageMeter } from '../src/repository/storage-meter';
import { TenantAwareRepository } from '../src/repository/tenant-aware.repository';
import { TenantIsolation } from '../src/repository/tenant-isolation';
import { createTenantSchema, unguardedTenantSchema } from '../src/schema/tenant-schema';
import { REPOSITORY_NET, type RepositoryNet } from '../src/repository/repository-net';
import type { NewDocument } from '../src/repository/tenant-types';

@Schema({ collection: 'invoices' })
export class Invoice extends BaseTenantDocument {
  @Prop({ type: String, required: true })
  reference!: string;

  @Prop({ type: MongooseSchema.Types.BigInt, required: true })
  amount!: bigint;

  @Prop({ type: String, required: true, enum: ['OPEN', 'PAID'] })
  status!: 'OPEN' | 'PAID';

  @Prop({ type: MongooseSchema.Types.ObjectId, default: null })
  parentId!: Types.ObjectId | null;

  @Prop({ type: MongooseSchema.Types.Mixed, default: {} })
  metadata!: Record<string, string>;

  isPaid(): boolean {
    return this.status === 'PAID';
  }
}

export const invoiceSchema = (create = createTenantSchema) => {
  const schema = create(Invoice);
  schema.index({ tenantId: 1, reference: 1 }, { unique: true }); // uniqueness per tenant
  schema.virtual('children', { ref: Invoice.name, localField: '_id', foreignField: 'parentId' });
  return schema;
};

export class InvoiceRepository extends TenantAwareRepository<Invoice> {
  protect(pipeline: readonly mongoose.PipelineStage[]): mongoose.PipelineStage[] {
    return this.protectAggregatePipeline(pipeline);
  }

  totals(): Promise<{ _id: Types.ObjectId; count: number }[]> {
    return this.crossTenantAggregate([{ $group: { _id: '$tenantId', count: { $sum: 1 } } }]);
  }
}

/** Remembers what it was told. */
export class RecordingAudit extends IsolationAudit {
  readonly violations: IsolationViolation[] = [];
  readonly bypasses: IsolationBypass[] = [];

  violation(event: IsolationViolation): Promise<void> {
    this.violations.push(event);
    return Promise.resolve();
  }

  bypass(event: IsolationBypass): Promise<void> {
    this.bypasses.push(event);
    return Promise.resolve();
  }
}

/** Sums up what it was told, by tenant. */
export class RecordingStorage extends StorageMeter {
  private readonly bytes = new Map<string, number>();

  add(tenantId: string, _metric: 'storage_bytes', bytes: number): void {
    this.bytes.set(tenantId, this.of(tenantId) + bytes);
  }

  of(tenantId: string): number {
    return this.bytes.get(tenantId) ?? 0;
  }
}

let placed: Placement = 'shared';

/** From here on, tenants are placed so unless they say otherwise: a suite runs again for tenants of the other kind. */
export const placeTenants = (placement: Placement): void => {
  placed = placement;
};

export const aTenant = (
  id = new Types.ObjectId().toHexString(),
  placement: Placement = placed,
): ResolvedTenant =>
  new ResolvedTenant({
    id,
    slug: `t-${id.slice(-6)}`,
    name: 'A tenant',
    tier: 'STARTER',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [],
    overrides: null,
    placement,
    createdAt: new Date(0).toISOString(),
    updatedAt: new Date(0).toISOString(),
  });

export const anInvoice = (fields: Partial<NewDocument<Invoice>> = {}): NewDocument<Invoice> => ({
  reference: `R-${randomBytes(6).toString('hex')}`,
  amount: 1_250n,
  status: 'OPEN',
  parentId: null,
  metadata: {},
  ...fields,
});

export interface IsolationWorld {
  connection: Connection;
  model: Model<Invoice>;
  invoices: InvoiceRepository;
  audit: RecordingAudit;
  storage: RecordingStorage;
  transactions: TransactionRunner;
  connections: TenantConnectionManager;
  /** The same database through a client that no net watches. */
  raw: Db;
  /** The database of a tenant's documents, in the same way. */
  rawOf(tenant: ResolvedTenant): Db;
  /** Every tenant's stored invoices, in the order of their ids. */
  everything(): Promise<Document[]>;
  as<R>(tenant: ResolvedTenant, work: () => R): R;
  close(): Promise<void>;
}

/** A database of its own with an `invoices` (tenants') and a `rates` (shared) collection. */
export const anIsolationWorld = async ({
  maxPoolSize,
  net = REPOSITORY_NET,
  guarded = true,
  ...limits
}: ConnectionLimits & {
  maxPoolSize?: number;
  /** The repository's net. */
  net?: RepositoryNet;
  /** With the schema's net. */
  guarded?: boolean;
} = {}): Promise<IsolationWorld> => {
  const uri = process.env['TEST_MONGODB_URI']!;
  const dbName = `isolation_${randomBytes(6).toString('hex')}`;
  const connection = await mongoose
    .createConnection(uri, {
      dbName,
      ...watchedCommands(),
      // For the suites that look at the commands themselves.
      monitorCommands: true,
      autoIndex: false,
      autoCreate: false,
      ...(maxPoolSize === undefined ? {} : { maxPoolSize }),
    })
    .asPromise();
  const model = connection.model<Invoice>(
    Invoice.name,
    invoiceSchema(guarded ? createTenantSchema : unguardedTenantSchema) as never,
  );
  const rates = new mongoose.Schema({ currency: String, rate: Number }, { collection: 'rates' });
  connection.model('Rate', declareShared(rates, 'Exchange rates are the same for everybody.'));
  await prepareCollections(connection);
  const audit = new RecordingAudit();
  const storage = new RecordingStorage();
  const contexts = new TenantContextService();
  const client = await new MongoClient(uri).connect();
  const connections = new TenantConnectionManager(connection, new Metrics(), limits);
  const isolation = Object.assign(new TenantIsolation(contexts, audit, storage, connections), { net });
  const databases = new Set([dbName]);
  const nameOf = (tenant: ResolvedTenant): string => {
    const name = databaseOf(tenant, dbName);
    databases.add(name);
    return name;
  };
  return {
    connection,
    connections,
    model,
    rawOf: (tenant) => client.db(nameOf(tenant)),
    everything: async () => {
      const found = [...databases].map((name) => client.db(name).collection('invoices').find().toArray());
      return (await Promise.all(found)).flat().sort((a, b) => (String(a._id) < String(b._id) ? -1 : 1));
    },
    audit,
    storage,
    transactions: new TransactionRunner(connection),
    invoices: new InvoiceRepository(model, isolation),
    raw: client.db(dbName),
    as: (tenant, work) => {
      nameOf(tenant);
      return contexts.run({ tenant, resolvedVia: 'job', resolvedAt: Date.now() }, work);
    },
    close: async () => {
      connections.onModuleDestroy();
      for (const name of databases) await client.db(name).dropDatabase();
      await client.close();
      await connection.close();
    },
  };
};
