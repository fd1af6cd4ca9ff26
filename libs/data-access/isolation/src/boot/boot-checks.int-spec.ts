import { randomBytes } from 'node:crypto';
import { Controller, Get, Module, Post, type Type } from '@nestjs/common';
import { InjectModel, MongooseModule, SchemaFactory } from '@nestjs/mongoose';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MongoClient } from 'mongodb';
import { Schema } from 'mongoose';
import { ConfigModule, loadConfig } from '@financeops/core/config';
import { AnyRole, HttpModule, OperatorRoute, Public, Roles } from '@financeops/core/http';
import { declareShared, MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { TenantContextModule } from '@financeops/tenancy/context';
import { BypassTenantIsolation } from '../bypass/bypass-tenant-isolation.decorator';
import { IsolationAudit } from '../audit/isolation-audit';
import { Invoice, invoiceSchema, RecordingAudit } from '../../testing/isolation.fixture';
import { IsolationModule } from '../isolation.module';
import { noteTenantSchema } from '../document/tenant-schema-facts';
import { createTenantSchema } from '../schema/tenant-schema';

@Module({ providers: [{ provide: IsolationAudit, useClass: RecordingAudit }], exports: [IsolationAudit] })
class AuditPort {}

/** An application that somebody forgot something in doesn't come up, and says what. */
describe('The boot', () => {
  const url = new URL(process.env['TEST_MONGODB_URI']!);
  url.pathname = `/boot_checks_${randomBytes(6).toString('hex')}`;
  const config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: url.href,
    REDIS_URL: process.env['TEST_REDIS_URL'],
    JWT_SECRET: 'x'.repeat(32),
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  afterAll(async () => {
    const client = await MongoClient.connect(url.href);
    await client.db().dropDatabase();
    await client.close();
  });

  const boot = async ({ schema = invoiceSchema(), routes }: { schema?: Schema; routes?: Type }) => {
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule,
        TenantContextModule,
        HttpModule,
        MongoModule.forRoot({ uri: url.href }),
        IsolationModule.forRoot([AuditPort]),
        MongooseModule.forFeature([{ name: Invoice.name, schema }]),
      ],
      controllers: routes === undefined ? [] : [routes],
    }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    try {
      await app.init();
    } finally {
      await app.close();
    }
  };

  it('succeeds when nothing is forgotten', async () => {
    @Controller('v1/things')
    @AnyRole()
    class Things {
      @Get()
      list() {}

      @Get('everybody')
      @Roles('SUPER_ADMIN')
      @BypassTenantIsolation({ reason: 'the operator counts' })
      everybody() {}

      @Get('health')
      @OperatorRoute()
      health() {}
    }
    const schema = createTenantSchema(Invoice, { indexExceptions: { createdAt: 'TTL' } });
    schema.index({ createdAt: 1 }, { expireAfterSeconds: 60 });
    await expect(boot({ schema, routes: Things })).resolves.toBeUndefined();
  });

  describe('fails on a tenant’s schema without the plugin', () => {
    it('made without createTenantSchema', async () => {
      const schema: Schema = SchemaFactory.createForClass(Invoice) as never;
      await expect(boot({ schema })).rejects.toThrow(/Invoice \(invoices\): whose data is this\?/);
    });

    it('that claims to be one', async () => {
      const schema: Schema = SchemaFactory.createForClass(Invoice) as never;
      noteTenantSchema(schema, { entity: Invoice, indexExceptions: {} });
      await expect(boot({ schema })).rejects.toThrow(/Invoice: its collection is not guarded/);
    });

    it('declared shared for no reason', async () => {
      const schema: Schema = SchemaFactory.createForClass(Invoice) as never;
      await expect(boot({ schema: declareShared(schema, ' ') })).rejects.toThrow(
        /Invoice: is declared shared without a reason/,
      );
    });
  });

  describe('fails on an index that does not begin with tenantId', () => {
    it('on one field', async () => {
      const schema = invoiceSchema();
      schema.index({ status: 1 });
      await expect(boot({ schema })).rejects.toThrow(/Invoice: the index on "status" does not begin/);
    });

    it('with tenantId further back', async () => {
      const schema = invoiceSchema();
      schema.index({ reference: 1, tenantId: 1 }, { unique: true });
      await expect(boot({ schema })).rejects.toThrow(/Invoice: the index on "reference" does not begin/);
    });

    it('declared as a field’s own', async () => {
      const schema = invoiceSchema();
      schema.add({ note: { type: String, index: true } });
      await expect(boot({ schema })).rejects.toThrow(/Invoice: the index on "note" does not begin/);
    });

    it('declared an exception for no reason', async () => {
      const schema = createTenantSchema(Invoice, { indexExceptions: { status: '' } });
      schema.index({ status: 1 });
      await expect(boot({ schema })).rejects.toThrow(/"status" is declared an exception without a reason/);
    });
  });

  describe('fails on a route without a rule of access', () => {
    it('on the handler or its controller', async () => {
      @Controller('v1/things')
      class Things {
        @Get()
        @Public('none')
        list() {}

        @Post()
        make() {}
      }
      await expect(boot({ routes: Things })).rejects.toThrow('Routes without an access rule: Things.make.');
    });

    it('that it inherits', async () => {
      abstract class Base {
        @Get('inherited')
        inherited() {}
      }
      @Controller('v1/things')
      class Things extends Base {}
      await expect(boot({ routes: Things })).rejects.toThrow(
        'Routes without an access rule: Things.inherited.',
      );
    });
  });

  it('fails on a tenant’s model in other hands than a repository’s', async () => {
    @Controller('v1/things')
    @AnyRole()
    class Things {
      constructor(@InjectModel(Invoice.name) readonly invoices: object) {}
    }
    await expect(boot({ routes: Things })).rejects.toThrow(
      "Things: the model Invoice is a tenant's; go through a TenantAwareRepository",
    );
  });

  describe('fails on a bypass of the isolation', () => {
    const only = /Things\.read: @BypassTenantIsolation works only together with @Roles\('SUPER_ADMIN'\)/;

    it('that a tenant’s admins could use', async () => {
      @Controller('v1/things')
      class Things {
        @Get()
        @Roles('ADMIN')
        @BypassTenantIsolation({ reason: 'curiosity' })
        read() {}
      }
      await expect(boot({ routes: Things })).rejects.toThrow(only);
    });

    it('that anybody could use, though its controller is for super-admins', async () => {
      @Controller('v1/things')
      @Roles('SUPER_ADMIN')
      class Things {
        @Get()
        @Public('none')
        @BypassTenantIsolation({ reason: 'curiosity' })
        read() {}
      }
      await expect(boot({ routes: Things })).rejects.toThrow(only);
    });

    it('for no reason', async () => {
      @Controller('v1/things')
      class Things {
        @Get()
        @Roles('SUPER_ADMIN')
        @BypassTenantIsolation({ reason: ' ' })
        read() {}
      }
      await expect(boot({ routes: Things })).rejects.toThrow(/Things\.read: a bypass needs a reason/);
    });
  });
});
