import { currentSession } from '@financeops/core/mongo';
import type { IsolationWorld } from '../../testing/isolation.fixture';
import { withinScope } from '../../src/operation-scope/operation-scope';
import { modelOn } from '../../src/placement/tenant-models';
import { documentId, fuzzTenant, isDedicated, tenantObjectId } from './identities';
import { viewOf, type Stored } from './shelf';
import { pick, type Situation, type StepMaker } from './step';

type Detour = (model: IsolationWorld['model'], situation: Situation) => unknown;

const set = { $set: { status: 'PAID' } } as const;
const forged = ({ victim, tenant, at }: Situation) => ({
  ...{ _id: documentId(tenant, at, 9), tenantId: tenantObjectId(victim) },
  ...{ reference: 'forged', amount: 1n, status: 'OPEN' as const },
});

/** Code that got hold of the model, without the repository and its scope, or with a scope of its own tenant's. */
const DETOURS: readonly Detour[] = [
  (model) => model.find({}).exec(),
  (model, { theirs }) => model.findById(theirs).lean().exec(),
  (model, { victim }) => model.find({ tenantId: tenantObjectId(victim) }).exec(),
  (model) => model.countDocuments({}).exec(),
  (model) => model.estimatedDocumentCount().exec(),
  (model) => model.distinct('reference', {}).exec(),
  (model) => model.aggregate([{ $group: { _id: '$tenantId' } }]).exec(),
  (model) => model.aggregate([{ $limit: 1 }, { $unionWith: 'invoices' }]).exec(),
  (model) => model.updateMany({}, set).exec(),
  (model, { theirs }) => model.findByIdAndUpdate(theirs, set).exec(),
  (model, { victim, tenant }) =>
    model
      .updateOne(
        { tenantId: tenantObjectId(tenant) },
        [{ $set: { tenantId: tenantObjectId(victim) } }] as never,
        {
          updatePipeline: true,
        },
      )
      .exec(),
  (model, at) => model.replaceOne({ tenantId: tenantObjectId(at.tenant) }, forged(at) as never).exec(),
  (model) => model.deleteMany({}).exec(),
  (model, { theirs }) => model.findByIdAndDelete(theirs).exec(),
  (model, at) => model.insertMany([forged(at)] as never),
  (model, at) => new model(forged(at)).save(),
  (model, at) => model.bulkWrite([{ insertOne: { document: forged(at) as never } }]),
  (model) => model.bulkWrite([{ deleteMany: { filter: {} } }]),
  (model) => model.watch(),
  (model) => model.find({}, null, { middleware: false } as never).exec(),
  (model) => model.collection.find({}).toArray(),
  (model) => model.find({}).cursor().next(),
];

/** The model on the tenant's own database, in a scope of its own or in none. */
const onOwnModel = <R>(
  { world, tenant }: Situation,
  scoped: boolean,
  work: (model: IsolationWorld['model']) => Promise<R>,
): Promise<R> =>
  world.connections.use(fuzzTenant(tenant), (connection) => {
    const go = () => work(modelOn(connection, world.model));
    const tenantId = tenantObjectId(tenant);
    const database = isDedicated(tenant) ? connection.name : undefined;
    return scoped ? withinScope({ kind: 'tenant', tenantId, database }, go) : go();
  });

/** Past the repository: the schema's net stops every one. */
const pastRepository: StepMaker = ({ dial, change }, situation) => {
  const detour = pick(DETOURS, change);
  return {
    method: 'past the repository',
    ask: () => onOwnModel(situation, dial % 2 === 0, async (model) => detour(model, situation)),
    refused: 'net',
    settle: () => [null, null],
  };
};

/** Populate asks by the parents' ids alone: refused, unless there is nobody to ask for. */
const populate: StepMaker = (_, situation) => {
  const { tenant, shelf } = situation;
  const documents = shelf.documents('live');
  const filter = { tenantId: tenantObjectId(tenant), deletedAt: null };
  return {
    method: 'populate',
    ask: () =>
      onOwnModel(situation, true, (model) =>
        model
          .find(filter, null, { sort: { reference: 1 }, session: currentSession() })
          .populate({ path: 'parentId', model: 'Invoice' })
          .lean<Stored[]>()
          .exec(),
      ),
    refused: documents.some(({ parentId }) => parentId !== null) ? 'net' : undefined,
    settle: (found: Stored[]) => [found.map(viewOf), documents.map((kept) => shelf.shown(kept))],
  };
};

export const DETOUR_STEPS = { 'past the repository': pastRepository, populate };
