import { isDeepStrictEqual } from 'node:util';
import type { Types } from 'mongoose';
import type { IsolationWorld } from '../../testing/isolation.fixture';
import { homeOf, homesOf } from './homes';
import { tenantHex } from './identities';
import type { Violation } from './outcome';
import { byReference, viewOf, type Shelf, type Stored } from './shelf';

const end = (tenant: number, got: unknown, wanted: unknown): Violation => ({
  ...{ kind: 'difference', tenant, at: null, method: 'the collection at the end', got, wanted },
});

/** All databases beside the models of all tenants: who has more, less or other documents than it should, or elsewhere. */
export const endState = async (world: IsolationWorld, shelves: readonly Shelf[]): Promise<Violation[]> => {
  const faults: Violation[] = [];
  for (const home of await homesOf(world, shelves.length)) {
    const stored = await home.collection<Stored & { tenantId: Types.ObjectId }>('invoices').find().toArray();
    const residents = shelves.filter(
      ({ tenant }) => homeOf(world, tenant).databaseName === home.databaseName,
    );
    for (const shelf of residents) {
      const theirs = stored.filter(({ tenantId }) => String(tenantId) === tenantHex(shelf.tenant));
      const got = theirs.map(viewOf).sort(byReference);
      const wanted = shelf.documents('any').map((kept) => shelf.shown(kept));
      if (!isDeepStrictEqual(got, wanted)) faults.push(end(shelf.tenant, got, wanted));
    }
    const known = new Set(residents.map(({ tenant }) => tenantHex(tenant)));
    const strays = stored.filter(({ tenantId }) => !known.has(String(tenantId)));
    if (strays.length > 0) faults.push(end(-1, strays, []));
  }
  return faults;
};
