import mongoose, { Schema, Types } from 'mongoose';
import { isGuarded } from '../collection-guard/collection-guard';
import { withinScope } from '../operation-scope/operation-scope';
import { tenantIsolationPlugin } from './tenant-isolation.plugin';
import { onViolation, type NetViolation } from '../audit/violations';

const tenantId = new Types.ObjectId('5a'.repeat(12));
/** Made, never connected. */
const database = new mongoose.mongo.MongoClient('mongodb://127.0.0.1:1').db('d');

const aModel = () => {
  const connection = Object.assign(mongoose.createConnection(), { db: database });
  const schema = new Schema({ text: String, tenantId: Schema.Types.ObjectId }, { collection: 'notes' });
  schema.plugin(tenantIsolationPlugin);
  return connection.model('Note', schema);
};

describe('A model with the plugin', () => {
  const violations: NetViolation[] = [];
  let stop = () => {};
  beforeEach(() => {
    violations.length = 0;
    stop = onViolation((violation) => violations.push(violation));
  });
  afterEach(() => stop());

  const refused = (reason: string) =>
    expect.objectContaining({ code: 'cross-tenant-access', net: 'schema', reason }) as Error;

  it.each(['watch', 'useConnection'] as const)('refuses %s, by its name, and reports it', (name) => {
    const model = aModel();
    const genuine = jest.spyOn(mongoose.Model, name);
    const reason = `${name} is refused on a tenant's model`;
    const call = () => Reflect.apply(model[name] as (...args: unknown[]) => unknown, model, [model.db]);
    expect(call).toThrow(refused(reason));
    expect(() => withinScope({ kind: 'tenant', tenantId }, call)).toThrow(refused(reason));
    const report = { net: 'schema', tenantId: null, collection: 'notes', operation: name, reason };
    expect(violations).toEqual([report, report]);
    expect(genuine).not.toHaveBeenCalled();
    genuine.mockRestore();
  });

  it('has its collection judged in the scope of the call, from the moment that it is compiled', () => {
    const model = aModel();
    expect(isGuarded(model as never)).toBe(true);
    const native = model.collection as unknown as { collection: ReturnType<typeof database.collection> };
    native.collection = database.collection('notes');
    const driver = native.collection;
    const own = { kind: 'tenant', tenantId } as const;
    expect(() => driver.find({ tenantId })).toThrow(
      refused('no tenant was bound to the operation and no bypass is active'),
    );
    expect(() => withinScope(own, () => driver.find({}))).toThrow(
      refused('the filter is not bound to the tenant of the operation'),
    );
    expect(() => withinScope(own, () => driver.drop())).toThrow(
      refused("drop is refused on a tenant's collection"),
    );
    expect(withinScope(own, () => driver.find({ tenantId }))).toBeInstanceOf(mongoose.mongo.FindCursor);
    expect(violations.map(({ operation }) => operation)).toEqual(['find', 'find', 'drop']);
  });
});
