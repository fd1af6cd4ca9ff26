import { isDeepStrictEqual } from 'node:util';
import type { Types } from 'mongoose';
import type { IsolationWorld } from '../isolation.fixture';
import { tenantHex } from './identities';
import type { Fault } from './outcome';
import { byReference, viewOf, type Shelf, type Stored } from './shelf';

/** The whole collection beside the models of all tenants: who has more, less or other documents than it should. */
export const endState = async (world: IsolationWorld, shelves: readonly Shelf[]): Promise<Fault[]> => {
  const stored = await world.raw
    .collection<Stored & { tenantId: Types.ObjectId }>('invoices')
    .find()
    .toArray();
  const owners = new Map(shelves.map((shelf) => [tenantHex(shelf.tenant), shelf]));
  const strays = stored.filter(({ tenantId }) => !owners.has(String(tenantId)));
  const faults = shelves.flatMap((shelf): Fault[] => {
    const theirs = stored.filter(({ tenantId }) => String(tenantId) === tenantHex(shelf.tenant));
    const got = theirs.map(viewOf).sort(byReference);
    const wanted = shelf.documents('any').map((kept) => shelf.shown(kept));
    return isDeepStrictEqual(got, wanted) ? [] : [end(shelf.tenant, got, wanted)];
  });
  return strays.length === 0 ? faults : [...faults, end(-1, strays, [])];
};

const end = (tenant: number, got: unknown, wanted: unknown): Fault => ({
  ...{ kind: 'difference', tenant, at: null, method: 'the collection at the end', got, wanted },
});
