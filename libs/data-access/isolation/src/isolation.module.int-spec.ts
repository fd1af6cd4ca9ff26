import { AsyncResource } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { Controller, Get, Injectable, Module, type Type } from '@nestjs/common';
import { InjectConnection, InjectModel, MongooseModule } from '@nestjs/mongoose';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MongoClient } from 'mongodb';
import { Schema, Types, type Connection, type Model } from 'mongoose';
import { Roles } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { Metrics, ObservabilityModule } from '@financeops/core/observability';
import {
  setRequestState,
  TenantContextModule,
  TenantContextService,
  type Principal,
} from '@financeops/tenancy/context';
import { BypassTenantIsolation } from './bypass/bypass-tenant-isolation.decorator';
import { IsolationAudit } from './audit/isolation-audit';
import {
  aTenant,
  anInvoice,
  Invoice,
  InvoiceRepository,
  invoiceSchema,
  RecordingAudit,
} from '../testing/isolation.fixture';
import { IsolationModule } from './isolation.module';
import { JobBypass } from './bypass/job-bypass';
import { TenantIsolation } from './repository/tenant-isolation';

const uri = process.env['TEST_MONGODB_URI']!;

@Injectable()
class Invoices extends InvoiceRepository {
  constructor(@InjectModel(Invoice.name) model: Model<Invoice>, isolation: TenantIsolation) {
    super(model, isolation);
  }
}

const bindToContext = <R>(work: () => R): (() => R) => AsyncResource.bind(work) as () => R;

let late: (() => Promise<unknown>) | undefined;

@Controller('v1/admin/totals')
class TotalsController {
  constructor(
    private readonly invoices: Invoices,
    @InjectConnection() readonly connection: Connection,
  ) {}

  @Get()
  @Roles('SUPER_ADMIN')
  @BypassTenantIsolation({ reason: 'a test adds up' })
  async totals() {
    // What still holds the context when the request has ended.
    late = await new Promise((resolve) => setImmediate(() => resolve(this.later())));
    return this.invoices.totals();
  }

  private later(): () => Promise<unknown> {
    return bindToContext(() => this.invoices.totals());
  }

  @Get('unscoped')
  @Roles('SUPER_ADMIN')
  @BypassTenantIsolation({ reason: 'a bypass opens aggregates alone' })
  unscoped() {
    return this.connection.collection('invoices').findOne({});
  }

  @Get('without')
  @Roles('SUPER_ADMIN')
  without() {
    return this.invoices.totals();
  }
}

const audit = new RecordingAudit();
@Module({ providers: [{ provide: IsolationAudit, useValue: audit }], exports: [IsolationAudit] })
class AuditPort {}

const dbUri = (name: string) => {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.toString();
};

const build = async (
  dbName: string,
  {
    controllers = [TotalsController],
    schema = invoiceSchema(),
  }: { controllers?: Type[]; schema?: Schema } = {},
) => {
  const module = await Test.createTestingModule({
    imports: [
      ObservabilityModule,
      TenantContextModule,
      MongoModule.forRoot({ uri: dbUri(dbName) }),
      IsolationModule.forRoot([AuditPort]),
      MongooseModule.forFeature([{ name: Invoice.name, schema }]),
    ],
    controllers,
    providers: [Invoices],
  }).compile();
  return module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
    logger: false,
  });
};

const superAdmin: Principal = {
  type: 'super-admin',
  id: new Types.ObjectId().toHexString(),
  role: 'SUPER_ADMIN',
};

describe('IsolationModule', () => {
  const dbName = `isolation_module_${randomBytes(6).toString('hex')}`;
  const client = new MongoClient(uri);
  let app: NestFastifyApplication;
  let principal: Principal | null = superAdmin;

  beforeAll(async () => {
    app = await build(dbName);
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('preValidation', (request, _reply, done) => {
        setRequestState(request, {
          principal,
          credentialError: null,
          context: null,
          tenantError: null,
          claims: {},
        });
        done();
      });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const contexts = app.get(TenantContextService);
    for (const tenant of [aTenant(), aTenant()]) {
      await contexts.run({ tenant, resolvedVia: 'job', resolvedAt: 0 }, () =>
        app.get(Invoices).create(anInvoice()),
      );
    }
  });
  afterAll(async () => {
    await client.db(dbName).dropDatabase();
    await client.close();
    await app.close();
  });
  beforeEach(() => {
    principal = superAdmin;
    audit.bypasses.length = 0;
    audit.violations.length = 0;
  });

  const get = (path: string) => app.inject({ method: 'GET', url: `/v1/admin/totals${path}` });

  it('builds collections and indexes at boot', async () => {
    const indexes = await client.db(dbName).collection('invoices').indexes();
    expect(indexes.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        { tenantId: 1, createdAt: -1, _id: -1 },
        { tenantId: 1, reference: 1 },
      ]),
    );
  });

  it('opens the bypass for a super-admin once the audit log has it', async () => {
    const reply = await get('');
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toHaveLength(2);
    expect(audit.bypasses).toMatchObject([
      { reason: 'a test adds up', actor: superAdmin, route: 'GET /v1/admin/totals' },
    ]);
  });

  it('closes it when the request has ended', async () => {
    await get('');
    await expect(late!()).rejects.toMatchObject({ code: 'cross-tenant-access' });
  });

  it('opens it to a job for a time, after which what reads is refused', async () => {
    const read = () => app.get(Invoices).totals();
    const job = { job: 'totals', reason: 'a test adds up', forMs: 5_000 };
    expect(await app.get(JobBypass).run(job, read)).toHaveLength(2);
    expect(audit.bypasses).toEqual([job]);
    await expect(
      app.get(JobBypass).run({ ...job, forMs: 30 }, async () => {
        for (;;) await read();
      }),
    ).rejects.toMatchObject({ code: 'cross-tenant-access' });
    await expect(read()).rejects.toMatchObject({ code: 'cross-tenant-access' });
  });

  it('reads nothing when the audit log fails', async () => {
    const store = jest.spyOn(audit, 'bypass').mockRejectedValueOnce(new Error('down'));
    const read = jest.spyOn(app.get(Invoices), 'totals');
    expect((await get('')).statusCode).not.toBe(200);
    expect(read).not.toHaveBeenCalled();
    store.mockRestore();
    read.mockRestore();
  });

  it('opens nothing for anybody else, should a guard be missing', async () => {
    principal = { type: 'user', id: superAdmin.id, tenantId: aTenant().id, role: 'ADMIN' };
    expect((await get('')).statusCode).not.toBe(200);
    expect(audit.bypasses).toEqual([]);
  });

  it('opens aggregates alone, and nothing where it was not declared', async () => {
    expect((await get('/unscoped')).statusCode).toBe(500);
    expect((await get('/without')).statusCode).toBe(500);
  });

  it('counts and audits what comes around the repositories', async () => {
    const connection = app.get<Connection>('DatabaseConnection');
    await expect(connection.db!.collection('invoices').find({}).toArray()).rejects.toMatchObject({
      net: 'wire',
    });
    expect(audit.violations).toMatchObject([
      { tenantId: null, net: 'wire', collection: 'invoices', operation: 'find' },
    ]);
    expect(await app.get(Metrics).registry.getSingleMetricAsString('isolation_violations_total')).toContain(
      'net="wire"',
    );
  });
});

describe('the boot', () => {
  const dbName = `isolation_boot_${randomBytes(6).toString('hex')}`;
  afterAll(async () => {
    const client = await new MongoClient(uri).connect();
    await client.db(dbName).dropDatabase();
    await client.close();
  });

  const boot = async (options: Parameters<typeof build>[1]) => {
    const app = await build(dbName, options);
    try {
      await app.init();
    } finally {
      await app.close();
    }
  };

  it('fails on a bypass that others than super-admins could use', async () => {
    @Controller('v1/other')
    class Open {
      @Get()
      @Roles('ADMIN')
      @BypassTenantIsolation({ reason: 'curiosity' })
      read() {
        return 1;
      }
    }
    await expect(boot({ controllers: [Open] })).rejects.toThrow(
      /Open\.read: @BypassTenantIsolation works only/,
    );
  });

  it('fails on an index that does not begin with tenantId', async () => {
    const schema = invoiceSchema();
    schema.index({ status: 1 });
    await expect(boot({ controllers: [], schema })).rejects.toThrow(/Invoice: the index on "status"/);
  });

  it('is done twice at once without harm', async () => {
    await expect(Promise.all([boot({ controllers: [] }), boot({ controllers: [] })])).resolves.toBeDefined();
  });
});
