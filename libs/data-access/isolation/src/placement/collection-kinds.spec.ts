import mongoose, { Schema, type Connection } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';
import { kindOfCollection } from './collection-kinds';
import { Invoice } from '../../testing/isolation.fixture';
import { dedicatedConnection } from './dedicated-connections';
import { createTenantSchema } from '../schema/tenant-schema';

const quiet = (schema: Schema): Schema => schema.set('autoCreate', false).set('autoIndex', false) as Schema;
const ofTenant = () => quiet(createTenantSchema(Invoice));
const shared = () => quiet(declareShared(new Schema({ name: String }), 'a reason'));
const silent = () => quiet(new Schema({ name: String }));

/** Models compiled on a connection that is never opened. */
const aConnection = (models: [name: string, schema: Schema, collection: string][]): Connection => {
  const connection = mongoose.createConnection();
  for (const [name, schema, collection] of models) connection.model(name, schema, collection);
  return connection;
};

describe('Whose documents a collection holds', () => {
  it('is what its schema says; of one that says nothing, and of one without a schema, nobody knows', () => {
    const connection = aConnection([
      ['A', ofTenant(), 'invoices'],
      ['B', shared(), 'rates'],
      ['C', silent(), 'secrets'],
    ]);
    const kinds = ['invoices', 'rates', 'secrets', 'others'].map((name) =>
      kindOfCollection(connection, name),
    );
    expect(kinds).toEqual(['tenant', 'shared', 'unknown', 'unknown']);
  });

  it('is a tenant’s, if either of two schemas says so, in whatever order they come', () => {
    for (const schemas of [
      [ofTenant(), shared()],
      [shared(), ofTenant()],
      [silent(), ofTenant()],
    ] as [Schema, Schema][]) {
      const connection = aConnection([
        ['A', schemas[0], 'things'],
        ['B', schemas[1], 'things'],
      ]);
      expect(kindOfCollection(connection, 'things')).toBe('tenant');
    }
  });

  it('is known of models that are compiled later too', () => {
    const connection = aConnection([['B', shared(), 'rates']]);
    expect(kindOfCollection(connection, 'invoices')).toBe('unknown');
    connection.model('A', ofTenant(), 'invoices');
    expect(kindOfCollection(connection, 'invoices')).toBe('tenant');
  });

  it('in a tenant’s own database is the tenant’s or nobody’s: what is shared isn’t there', () => {
    const root = aConnection([
      ['A', ofTenant(), 'invoices'],
      ['B', shared(), 'rates'],
    ]);
    const own = dedicatedConnection(root, 'own');
    const kinds = ['invoices', 'rates', 'others'].map((name) => kindOfCollection(own, name));
    expect(kinds).toEqual(['tenant', 'unknown', 'unknown']);
  });
});
