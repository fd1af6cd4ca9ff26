import mongoose, { mongo, type Connection } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';
import { Invoice, invoiceSchema } from '../../testing/isolation.fixture';
import { begunTooEarly } from './begun-too-early';
import { dedicatedConnection, forgetConnection, rootOf, sharedDatabase } from './dedicated-connections';
import { compileTenantModels, modelOn } from './tenant-models';

/** The shared database's connection, made and never opened. */
const aRoot = () => {
  const db = new mongo.MongoClient('mongodb://127.0.0.1:1').db('main');
  return Object.assign(mongoose.createConnection(), { db }) as Connection & { otherDbs: Connection[] };
};

describe('A connection to a tenant’s own database', () => {
  it('knows the shared one, which is its own root', () => {
    const root = aRoot();
    const own = dedicatedConnection(root, 'own');
    expect(own.name).toBe('own');
    expect([rootOf(own), rootOf(root)]).toEqual([root, root]);
    expect([sharedDatabase(own), sharedDatabase(root)]).toEqual(['main', 'main']);
  });

  it('is forgotten alone, even when it is forgotten twice', () => {
    const root = aRoot();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => dedicatedConnection(root, name)) as [
      Connection,
      Connection,
      Connection,
    ];
    expect(root.otherDbs).toEqual([a, b, c]);
    forgetConnection(a);
    forgetConnection(a);
    expect(root.otherDbs).toEqual([b, c]);
    forgetConnection(c);
    expect(root.otherDbs).toEqual([b]);
  });

  it('has the tenants’ models, and none of the shared ones', () => {
    const root = aRoot();
    root.model(Invoice.name, invoiceSchema());
    root.model('Rate', declareShared(new mongoose.Schema({ rate: Number }), 'the same for everybody'));
    const own = dedicatedConnection(root, 'own');
    compileTenantModels(root, own);
    expect(Object.keys(own.models)).toEqual([Invoice.name]);
  });

  it('compiles a model once, over the collection of the same name', () => {
    const root = aRoot();
    const model = root.model<Invoice>(Invoice.name, invoiceSchema() as never, 'bills');
    const own = dedicatedConnection(root, 'own');
    const there = modelOn(own, model);
    expect(there).not.toBe(model);
    expect([there.db, there.collection.name, there.modelName]).toEqual([own, 'bills', Invoice.name]);
    expect(modelOn(own, model)).toBe(there);
  });
});

it('A transaction that began too early is run again by the driver', () => {
  const error = begunTooEarly();
  expect(error).toBeInstanceOf(mongo.MongoError);
  expect(error.hasErrorLabel('TransientTransactionError')).toBe(true);
  expect(error.message).toMatch(/began before .* complete/);
});
