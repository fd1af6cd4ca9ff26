import type { Invoice } from '../../testing/isolation.fixture';
import type { TenantBulkOperation, TenantBulkResult } from '../../src/repository/tenant-types';
import { changeCase } from './changes';
import { documentCase, metadataOf, newDocument } from './documents';
import { filterCase } from './filters';
import type { Operation } from './operation';
import { REFERENCES } from './references';
import { hostile, pick, type Refusal, type Situation, type StepMaker } from './step';

type Part = TenantBulkOperation<Invoice>;
type Counts = Pick<TenantBulkResult, 'inserted' | 'matched' | 'upserted'>;

/** One statement, and what it does to the model by the time that it comes to it. */
interface PartCase {
  part: Part;
  refused?: Refusal;
  /** `false`: a duplicate key, at which the bulk write stops. */
  apply(counts: Counts): boolean;
}

type PartMaker = (operation: Operation, situation: Situation, nth: number) => PartCase;

const insertOne: PartMaker = (operation, situation, nth) => {
  const { document, kept, refused } = documentCase(operation.reference, operation, situation, nth);
  return {
    part: { insertOne: { document } },
    refused,
    apply: (counts) => {
      if (situation.shelf.of(kept.reference) !== undefined) return false;
      situation.shelf.put(kept);
      counts.inserted += 1;
      return true;
    },
  };
};

const many =
  (kind: 'updateMany' | 'deleteMany'): PartMaker =>
  (operation, situation) => {
    const { filter, meets, refused } = filterCase(operation, situation);
    const change = changeCase(operation, situation);
    const deletes = kind === 'deleteMany';
    return {
      part: deletes
        ? { deleteMany: { filter, deletedBy: 'somebody' } }
        : { updateMany: { filter, update: change.update } },
      refused: refused ?? (deletes ? undefined : change.refused),
      apply: (counts) => {
        const met = situation.shelf.documents('live').filter(meets);
        for (const kept of met) {
          if (deletes) kept.deleted = true;
          else change.apply(kept);
        }
        counts.matched += met.length;
        return true;
      },
    };
  };

/** By reference, so that there is no choice which one it meets. */
const one =
  (kind: 'updateOne' | 'deleteOne'): PartMaker =>
  (operation, situation) => {
    const { reference } = operation;
    const change = changeCase(operation, situation);
    const deletes = kind === 'deleteOne';
    return {
      part: deletes
        ? { deleteOne: { filter: { reference }, deletedBy: null } }
        : { updateOne: { filter: { reference }, update: change.update } },
      refused: deletes ? undefined : change.refused,
      apply: (counts) => {
        const kept = situation.shelf.of(reference);
        if (kept === undefined || kept.deleted) return true;
        if (deletes) kept.deleted = true;
        else change.apply(kept);
        counts.matched += 1;
        return true;
      },
    };
  };

const upsertOne: PartMaker = (operation, situation, nth) => {
  const { kept } = newDocument(operation.reference, operation, situation, nth);
  const $setOnInsert = { metadata: metadataOf(situation.tenant) as never };
  return {
    part: {
      updateOne: {
        filter: { reference: kept.reference, _id: kept.id },
        update: { $set: { status: 'OPEN', amount: kept.amount }, $setOnInsert },
        upsert: true,
      },
    },
    apply: (counts) => {
      if (situation.shelf.of(kept.reference) !== undefined) return false;
      situation.shelf.put(kept);
      counts.upserted += 1;
      return true;
    },
  };
};

/** Kinds that the repository doesn't offer; MongoDB would. */
const refusedPart: PartMaker = (operation, { victim }) => {
  const filter = { reference: operation.reference };
  const part = pick<object>(
    [{ replaceOne: { filter, replacement: { tenantId: victim } } }, { deleteOnes: { filter } }, {}],
    operation.change >> 4,
  );
  return { part: hostile(part), refused: 'violation', apply: () => true };
};

const MAKERS: readonly PartMaker[] = [
  ...[insertOne, insertOne, many('updateMany'), many('deleteMany'), one('updateOne'), one('updateOne')],
  ...[one('deleteOne'), upsertOne],
];

/** One to four statements, in order. */
export const bulkWrite: StepMaker = (operation, situation) => {
  const from = REFERENCES.indexOf(operation.reference);
  const after = situation.shelf.copy();
  const cases = Array.from({ length: 1 + (operation.dial % 4) }, (_, nth) => {
    const own = {
      ...operation,
      reference: pick(REFERENCES, from + nth),
      change: operation.change + (nth << 4),
      filter: operation.filter + (nth << 4),
    };
    const maker = operation.dial % 23 === 0 ? refusedPart : pick(MAKERS, (operation.dial >> 2) + nth * 3);
    return maker(own, { ...situation, shelf: after }, nth);
  });
  const refused = cases.find((each) => each.refused !== undefined)?.refused;
  const counts: Counts = { inserted: 0, matched: 0, upserted: 0 };
  const whole = refused === undefined && cases.every(({ apply }) => apply(counts));
  return {
    method: 'bulkWrite',
    ask: () => situation.repository.bulkWrite(cases.map(({ part }) => part)),
    refused: refused ?? (whole ? undefined : 'duplicate'),
    settle: ({ inserted, matched, upserted }: TenantBulkResult) => {
      situation.shelf.become(after);
      return [{ inserted, matched, upserted }, counts];
    },
    // What stood before the duplicate key stays.
    done: () => {
      if (refused === undefined) situation.shelf.become(after);
    },
  };
};
