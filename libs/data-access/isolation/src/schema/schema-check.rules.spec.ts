import { Schema as Decorated } from '@nestjs/mongoose';
import mongoose, { Schema } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';
import { BaseTenantDocument } from '../document/base-tenant.document';
import { Invoice, invoiceSchema } from '../../testing/isolation.fixture';
import { schemaViolations } from './schema-check.rules';
import { noteTenantSchema, tenantSchemaFacts } from '../document/tenant-schema-facts';
import { createTenantSchema } from './tenant-schema';

@Decorated({ timestamps: { createdAt: true, updatedAt: false } })
class Dated extends BaseTenantDocument {}

/** Models compiled on a connection that is never opened. */
const faultsOf = (schema: Schema): string[] => {
  const connection = mongoose.createConnection();
  // Else the model waits for the connection to open, to create its collection.
  schema.set('autoCreate', false);
  connection.model('Thing', schema, 'things');
  return schemaViolations(connection);
};

describe('schemaViolations', () => {
  it('finds none in a tenant schema, nor in a shared one', () => {
    expect(faultsOf(invoiceSchema())).toEqual([]);
    expect(faultsOf(invoiceSchema().clone())).toEqual([]);
    expect(faultsOf(declareShared(new Schema({ name: String }), 'a reason'))).toEqual([]);
  });

  it('asks whose data a schema is that says nothing', () => {
    expect(faultsOf(new Schema({ name: String }))).toEqual([
      expect.stringMatching(/^Thing \(things\): whose data is this\? .*createTenantSchema.*declareShared/),
    ]);
  });

  it.each(['', '  '])('wants a reason that says something: %j', (reason) => {
    expect(faultsOf(declareShared(new Schema({ name: String }), reason))).toEqual([
      'Thing: is declared shared without a reason',
    ]);
    const schema = createTenantSchema(Invoice, { indexExceptions: { createdAt: reason } });
    schema.index({ createdAt: 1 }, { expireAfterSeconds: 1 });
    expect(faultsOf(schema)).toEqual([
      'Thing: the index on "createdAt" is declared an exception without a reason',
    ]);
  });

  it('wants one answer, not two', () => {
    expect(faultsOf(declareShared(invoiceSchema(), 'a reason'))).toEqual([
      expect.stringMatching(/choose one/),
    ]);
  });

  it('finds a schema that only claims to be a tenant’s', () => {
    const schema = new Schema({ tenantId: Schema.Types.ObjectId });
    noteTenantSchema(schema, { entity: Invoice, indexExceptions: {} });
    expect(tenantSchemaFacts(schema)?.entity).toBe(Invoice);
    expect(faultsOf(schema)).toEqual([
      expect.stringMatching(/not guarded/),
      expect.stringMatching(/required and immutable/),
    ]);
  });

  it.each([{ required: true }, { immutable: true }, { required: () => true, immutable: true }, {}])(
    'finds a tenantId that is only %j',
    (options) => {
      const schema = createTenantSchema(Invoice);
      schema.add({ tenantId: { type: Schema.Types.ObjectId, ...options } });
      expect(faultsOf(schema)).toEqual([expect.stringMatching(/tenantId must be required and immutable/)]);
    },
  );

  it('finds a tenant’s schema without a tenantId', () => {
    const schema = createTenantSchema(Invoice);
    schema.remove('tenantId');
    expect(faultsOf(schema)).toEqual([expect.stringMatching(/tenantId must be required and immutable/)]);
  });

  it('wants tenantId first in every index, or a reason', () => {
    const schema = createTenantSchema(Invoice, { indexExceptions: { createdAt: 'TTL' } });
    schema.index({ createdAt: 1 }, { expireAfterSeconds: 1 });
    expect(faultsOf(schema)).toEqual([]);
    schema.index({ status: 1, tenantId: 1 });
    expect(faultsOf(schema)).toEqual([
      expect.stringMatching(/the index on "status".* with a reason: createTenantSchema\(/),
    ]);
  });

  it('finds an exception that nothing needs', () => {
    expect(faultsOf(createTenantSchema(Invoice, { indexExceptions: { status: 'none' } }))).toEqual([
      expect.stringMatching(/no index begins with "status"/),
    ]);
  });
});

describe('createTenantSchema', () => {
  it('refuses unknown fields, keeps empty objects, has timestamps, and no version of Mongoose’s', () => {
    const schema = createTenantSchema(Invoice);
    expect(
      ['strict', 'minimize', 'timestamps', 'versionKey'].map((name) => schema.get(name as never)),
    ).toEqual([...['throw', false, true, false]]);
    expect(Object.keys(schema.paths)).toEqual(
      expect.arrayContaining(['createdAt', 'updatedAt', 'deletedAt']),
    );
  });

  it('leaves timestamps as the class has declared them', () => {
    expect(createTenantSchema(Dated).get('timestamps')).toEqual({ createdAt: true, updatedAt: false });
  });

  it('has the index that lists need: newest first', () => {
    expect(createTenantSchema(Invoice).indexes()[0]?.[0]).toEqual({ tenantId: 1, createdAt: -1, _id: -1 });
  });

  it('makes documents that know whether they were deleted', () => {
    const deleted = (deletedAt: Date | null) => Object.assign(new Invoice(), { deletedAt }).isDeleted();
    expect([deleted(null), deleted(new Date(0))]).toEqual([false, true]);
  });
});
