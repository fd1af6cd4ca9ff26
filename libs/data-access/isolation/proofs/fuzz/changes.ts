import type { Invoice } from '../../testing/isolation.fixture';
import type { TenantUpdate } from '../../src/repository/tenant-types';
import { tenantHex, tenantObjectId } from './identities';
import type { Operation } from './operation';
import type { Kept } from './shelf';
import { hostile, pick, type Refusal, type Situation } from './step';

/** An update, and what it does to a document that it meets. */
export interface ChangeCase {
  update: TenantUpdate<Invoice>;
  apply(document: Kept): void;
  refused?: Refusal;
}

type ChangeMaker = (operation: Operation, situation: Situation) => [object, (document: Kept) => void];

const min = (a: bigint, b: bigint) => (a < b ? a : b);
const max = (a: bigint, b: bigint) => (a > b ? a : b);

const HONEST: readonly ChangeMaker[] = [
  ({ amount }) => [{ $set: { amount } }, (kept) => (kept.amount = amount)],
  () => [{ $inc: { amount: 1n } }, (kept) => (kept.amount += 1n)],
  () => [{ $set: { status: 'PAID' } }, (kept) => (kept.status = 'PAID')],
  ({ amount }) => [
    { $set: { status: 'OPEN', amount } },
    (kept) => Object.assign(kept, { status: 'OPEN', amount }),
  ],
  ({ other }) => [{ $set: { 'metadata.note': other } }, (kept) => (kept.note = other)],
  () => [{ $unset: { 'metadata.note': 1 } }, (kept) => (kept.note = null)],
  ({ other }, { shelf }) => {
    const parentId = shelf.of(other)?.id ?? null;
    return [{ $set: { parentId } }, (kept) => (kept.parentId = parentId)];
  },
  ({ amount }) => [{ $min: { amount } }, (kept) => (kept.amount = min(kept.amount, amount))],
  ({ amount }) => [{ $max: { amount } }, (kept) => (kept.amount = max(kept.amount, amount))],
  // Refers to a document of the victim's: whoever follows the reference must find nothing.
  (_, { theirs }) => [{ $set: { parentId: theirs } }, (kept) => (kept.parentId = theirs)],
  // The own id is dropped.
  ({ amount }, { tenant }) => [
    { $set: { tenantId: tenantHex(tenant), amount }, $setOnInsert: { tenantId: tenantObjectId(tenant) } },
    (kept) => (kept.amount = amount),
  ],
];

const VIOLATING: readonly ((victim: number) => object)[] = [
  (victim) => ({ $set: { tenantId: tenantObjectId(victim), status: 'PAID' } }),
  (victim) => ({ $set: { tenantId: tenantHex(victim) } }),
  (victim) => ({ $setOnInsert: { tenantId: tenantObjectId(victim) } }),
  () => ({ $unset: { tenantId: 1 } }),
  () => ({ $rename: { reference: 'tenantId' } }),
  () => ({ $rename: { tenantId: 'reference' } }),
  () => ({ $currentDate: { tenantId: true } }),
  () => ({ $set: { 'tenantId.x': 1 } }),
  () => ({ $push: { tenantId: 1 } }),
  () => ({ $set: { tenantId: null } }),
  (victim) => ({ tenantId: tenantObjectId(victim) }),
  (victim) => [{ $set: { tenantId: tenantObjectId(victim) } }],
  () => [{ $unset: 'tenantId' }],
];

const UNSUPPORTED: readonly (() => object)[] = [
  () => ({ reference: 'replaced' }),
  () => ({ $set: 5 }),
  () => ({ $where: { reference: 'x' } }),
  () => ({ $set: { status: 'PAID' }, $function: {} }),
];

/** Four of five honest. */
export const changeCase = (operation: Operation, situation: Situation): ChangeCase => {
  const dial = operation.change >> 4;
  const apply = () => undefined;
  switch (operation.change % 16) {
    case 0:
    case 1:
      return {
        update: hostile(pick(VIOLATING, dial)(situation.victim)),
        apply,
        refused: 'violation',
      };
    case 2:
      return { update: hostile(pick(UNSUPPORTED, dial)()), apply, refused: 'unsupported' };
    default: {
      const [update, change] = pick(HONEST, dial)(operation, situation);
      return { update: hostile(update), apply: change };
    }
  }
};
