import type { Invoice } from '../../testing/isolation.fixture';
import type { TenantFilter } from '../../src/repository/tenant-types';
import { markerOf, tenantHex, tenantObjectId } from './identities';
import type { Operation } from './operation';
import type { Kept } from './shelf';
import { hostile, pick, type Refusal, type Situation } from './step';

/** A filter, and which of the tenant's documents meet it. */
export interface FilterCase {
  filter: TenantFilter<Invoice>;
  meets(document: Kept): boolean;
  refused?: Refusal;
}

type FilterMaker = (operation: Operation, situation: Situation) => [object, (document: Kept) => boolean];

const all = () => true;
const none = () => false;

/** Filters of honest code. */
const HONEST: readonly FilterMaker[] = [
  () => [{}, all],
  ({ reference }) => [{ reference }, (kept) => kept.reference === reference],
  ({ reference, other }) => [
    { reference: { $in: [reference, other] } },
    (kept) => kept.reference === reference || kept.reference === other,
  ],
  ({ amount }) => [{ amount: { $gt: amount } }, (kept) => kept.amount > amount],
  () => [{ status: 'PAID' }, (kept) => kept.status === 'PAID'],
  ({ reference }) => [
    { $or: [{ reference }, { status: 'OPEN' }] },
    (kept) => kept.reference === reference || kept.status === 'OPEN',
  ],
  ({ reference }) => [{ $nor: [{ reference }] }, (kept) => kept.reference !== reference],
  ({ other }) => [
    { $and: [{ status: 'OPEN' }, { reference: { $ne: other } }] },
    (kept) => kept.status === 'OPEN' && kept.reference !== other,
  ],
  () => [{ $expr: { $eq: ['$status', 'PAID'] } }, (kept) => kept.status === 'PAID'],
  ({ reference }) => [{ reference: { $not: { $eq: reference } } }, (kept) => kept.reference !== reference],
  () => [{ reference: { $regex: /^r[0-3]$/ } }, (kept) => /^r[0-3]$/.test(kept.reference)],
  ({ reference }, { shelf, theirs }) => {
    const _id = shelf.of(reference)?.id ?? theirs;
    return [{ _id }, (kept) => kept.id === _id];
  },
  (_, { tenant }) => [{ 'metadata.marker': markerOf(tenant) }, all],
  () => [{ 'metadata.note': { $exists: true } }, (kept) => kept.note !== null],
  () => [{ parentId: null }, (kept) => kept.parentId === null],
  () => [{ deletedAt: null }, (kept) => !kept.deleted],
  // The own id says what holds anyway.
  (_, { tenant }) => [{ tenantId: tenantHex(tenant) }, all],
  ({ reference }, { tenant }) => [{ $or: [{ tenantId: tenantObjectId(tenant) }, { reference }] }, all],
  (_, { tenant }) => [{ $nor: [{ tenantId: tenantHex(tenant) }] }, none],
];

/** Filters that reach for the victim's documents: they must find nothing but the own. */
const REACHING: readonly FilterMaker[] = [
  (_, { theirs }) => [{ _id: theirs }, (kept) => kept.id === theirs],
  ({ reference }, { theirs, shelf }) => {
    const ids = [theirs, shelf.of(reference)?.id ?? theirs];
    return [{ _id: { $in: ids } }, (kept) => ids.includes(kept.id)];
  },
  (_, { victim }) => [{ 'metadata.marker': markerOf(victim) }, none],
  (_, { victim }) => [{ $expr: { $eq: ['$tenantId', tenantObjectId(victim)] } }, none],
  (_, { tenant }) => [{ $expr: { $ne: ['$tenantId', tenantObjectId(tenant)] } }, none],
  (_, { theirs }) => [{ $or: [{}, { _id: theirs }] }, all],
  (_, { theirs }) => [{ parentId: theirs }, (kept) => kept.parentId === theirs],
  () => [{ $or: [{ deletedAt: null }, { deletedAt: { $ne: null } }] }, all],
];

const foreign = (situation: Situation) => tenantObjectId(situation.victim);

/** Filters that name another tenant, or could: refused before anything is sent. */
const VIOLATING: readonly ((situation: Situation) => object)[] = [
  (at) => ({ tenantId: tenantHex(at.victim) }),
  (at) => ({ tenantId: foreign(at) }),
  (at) => ({ tenantId: { $ne: tenantObjectId(at.tenant) } }),
  (at) => ({ tenantId: { $in: [tenantObjectId(at.tenant), foreign(at)] } }),
  () => ({ tenantId: null }),
  () => ({ tenantId: undefined }),
  () => ({ tenantId: { $exists: true } }),
  () => ({ 'tenantId.x': 1 }),
  (at) => ({ $and: [{ status: 'OPEN' }, { tenantId: foreign(at) }] }),
  (at) => ({ $or: [{ tenantId: foreign(at) }, { status: 'OPEN' }] }),
  (at) => ({ $nor: [{ $and: [{ tenantId: foreign(at) }] }] }),
  (at) => ({ tenantId: { toBSON: () => foreign(at) } }),
  (at) => ({ tenantId: { $eq: foreign(at) } }),
];

const UNSUPPORTED: readonly (() => object)[] = [
  () => ({ $where: 'true' }),
  () => ({ status: 'OPEN', $or: [{ $where: 'this.status' }] }),
  () => ({ $expr: { $function: { body: 'function () { return true }', args: [], lang: 'js' } } }),
  () => ({ $jsonSchema: {} }),
  () => ({ $text: { $search: 'marker' } }),
  () => ({ reference: { $where: 'true' } }),
  () => ({ reference: { $gt: { $ne: null } } }),
  () => ({ metadata: { $gt: '', $comment: 'x' } }),
  () => ({ reference: undefined }),
  () => [{ reference: 'r0' }],
];

/** Two of three honest; the rest attacks. */
export const filterCase = (operation: Operation, situation: Situation): FilterCase => {
  const dial = operation.filter >> 4;
  const made = (maker: FilterMaker): FilterCase => {
    const [filter, meets] = maker(operation, situation);
    return { filter: hostile(filter), meets };
  };
  switch (operation.filter % 16) {
    case 0:
    case 1:
    case 2:
      return made(pick(REACHING, dial));
    case 3:
      return { filter: hostile(pick(VIOLATING, dial)(situation)), meets: none, refused: 'violation' };
    case 4:
      return { filter: hostile(pick(UNSUPPORTED, dial)()), meets: none, refused: 'unsupported' };
    default:
      return made(pick(HONEST, dial));
  }
};
