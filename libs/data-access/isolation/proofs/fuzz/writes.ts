import type { Invoice } from '../../testing/isolation.fixture';
import { changeCase } from './changes';
import { documentCase, metadataOf, newDocument } from './documents';
import { filterCase, type FilterCase } from './filters';
import { REFERENCES } from './references';
import { byReference, viewOf, type Kept } from './shelf';
import type { Situation, Step, StepMaker } from './step';

const create: StepMaker = (operation, situation) => {
  const { shelf, repository } = situation;
  const { document, kept, refused } = documentCase(operation.reference, operation, situation);
  const taken = shelf.of(operation.reference) !== undefined;
  return {
    method: 'create',
    ask: () => repository.create(document),
    refused: refused ?? (taken ? 'duplicate' : undefined),
    settle: (created: Invoice) => {
      shelf.put(kept);
      return [viewOf(created), shelf.shown(kept)];
    },
  };
};

const createMany: StepMaker = (operation, situation) => {
  const { shelf, repository } = situation;
  const from = REFERENCES.indexOf(operation.reference);
  const references = REFERENCES.slice(from, from + 1 + (operation.dial % 3));
  const cases = references.map((reference, nth) => documentCase(reference, operation, situation, nth));
  const refused = cases.find((each) => each.refused !== undefined)?.refused;
  const clash = cases.findIndex(({ kept }) => shelf.of(kept.reference) !== undefined);
  return {
    method: 'createMany',
    ask: () => repository.createMany(cases.map(({ document }) => document)),
    refused: refused ?? (clash >= 0 ? 'duplicate' : undefined),
    settle: (created: Invoice[]) => {
      for (const { kept } of cases) shelf.put(kept);
      return [created.map(viewOf), cases.map(({ kept }) => shelf.shown(kept))];
    },
    // Those before the one that was refused stay.
    done: () => {
      if (refused === undefined) for (const { kept } of cases.slice(0, clash)) shelf.put(kept);
    },
  };
};

const upsert = (operation: Parameters<StepMaker>[0], situation: Situation): Step => {
  const { shelf, repository } = situation;
  const { kept } = newDocument(operation.reference, operation, situation);
  return {
    method: 'updateOne',
    ask: () =>
      repository.updateOne(
        { reference: kept.reference, _id: kept.id },
        {
          $set: { status: 'OPEN', amount: kept.amount },
          $setOnInsert: { metadata: metadataOf(situation.tenant) as never },
        },
        { upsert: true },
      ),
    settle: (made: Invoice | null) => {
      shelf.put(kept);
      return [made && viewOf(made), shelf.shown(kept)];
    },
  };
};

const updateOne: StepMaker = (operation, situation) => {
  const { shelf, repository } = situation;
  if (operation.dial % 4 === 0 && shelf.of(operation.reference) === undefined)
    return upsert(operation, situation);
  const { filter, meets, refused } = filterCase(operation, situation);
  const change = changeCase(operation, situation);
  const [first] = shelf.documents('live').filter(meets);
  return {
    method: 'updateOne',
    ask: () => repository.updateOne(filter, change.update, { sort: { reference: 1 } }),
    refused: refused ?? change.refused,
    settle: (updated: Invoice | null) => {
      if (first !== undefined) change.apply(first);
      return [updated && viewOf(updated), first === undefined ? null : shelf.shown(first)];
    },
  };
};

const updateMany: StepMaker = (operation, situation) => {
  const { filter, meets, refused } = filterCase(operation, situation);
  const change = changeCase(operation, situation);
  const met = situation.shelf.documents('live').filter(meets);
  return {
    method: 'updateMany',
    ask: () => situation.repository.updateMany(filter, change.update),
    refused: refused ?? change.refused,
    settle: ({ matched }: { matched: number }) => {
      met.forEach(change.apply);
      return [matched, met.length];
    },
  };
};

/** MongoDB chooses which of several it takes: any that meets the filter will do, and the model follows. */
const oneOf =
  (method: 'delete' | 'restore', shelf: Situation['shelf'], met: readonly Kept[]) =>
  (taken: Invoice | null): readonly [unknown, unknown] => {
    const chosen = met.find(({ id }) => id === taken?._id.toString()) ?? met[0];
    if (chosen !== undefined) chosen.deleted = method === 'delete';
    return [taken && viewOf(taken), chosen === undefined ? null : shelf.shown(chosen)];
  };

const softly =
  (
    method: 'delete' | 'restore',
    call: (situation: Situation, given: FilterCase) => Promise<unknown>,
  ): StepMaker =>
  (operation, situation) => {
    const given = filterCase(operation, situation);
    const from = method === 'delete' ? 'live' : 'deleted';
    const met = situation.shelf.documents(from).filter(given.meets);
    return {
      method,
      ask: () => call(situation, given),
      refused: given.refused,
      settle: oneOf(method, situation.shelf, met),
    };
  };

const purge: StepMaker = (operation, situation) => {
  const { filter, meets, refused } = filterCase(operation, situation);
  const met = situation.shelf.documents('any').filter(meets).sort(byReference);
  return {
    method: 'purge',
    ask: () => situation.repository.erase(filter),
    refused,
    settle: (purged: number) => {
      met.forEach((kept) => situation.shelf.remove(kept));
      return [purged, met.length];
    },
  };
};

export const WRITES = {
  create,
  createMany,
  updateOne,
  updateMany,
  delete: softly('delete', ({ repository }, { filter }) => repository.delete(filter, 'somebody')),
  restore: softly('restore', ({ repository }, { filter }) => repository.restore(filter)),
  purge,
};
