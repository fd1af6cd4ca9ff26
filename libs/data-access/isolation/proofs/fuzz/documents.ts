import type { Invoice } from '../../testing/isolation.fixture';
import type { NewDocument } from '../../src/repository/tenant-types';
import { documentId, markerOf, tenantHex, tenantObjectId } from './identities';
import type { Operation } from './operation';
import type { Kept } from './shelf';
import { hostile, pick, type Refusal, type Situation } from './step';

/** A document to insert, and what the model keeps of it. */
export interface DocumentCase {
  document: NewDocument<Invoice>;
  kept: Kept;
  refused?: Refusal;
}

export const metadataOf = (tenant: number) => ({
  marker: markerOf(tenant),
  place: { type: 'Point', coordinates: [tenant % 90, 45] },
});

/** The `nth` document of an operation. */
export const newDocument = (
  reference: string,
  { amount }: Operation,
  { tenant, at }: Situation,
  nth = 0,
): DocumentCase => {
  const _id = documentId(tenant, at, nth);
  const fields = { reference, amount: amount + BigInt(nth), status: 'OPEN' as const, parentId: null };
  return {
    document: hostile({ _id, ...fields, metadata: metadataOf(tenant) }),
    kept: { id: _id.toString(), ...fields, note: null, deleted: false },
  };
};

const FORGED: readonly ((victim: number) => object)[] = [
  (victim) => ({ tenantId: tenantObjectId(victim) }),
  (victim) => ({ tenantId: tenantHex(victim) }),
  () => ({ tenantId: null }),
  () => ({ tenantId: undefined }),
  (victim) => ({ 'tenantId.x': victim }),
  (victim) => ({ tenantId: { toBSON: () => tenantObjectId(victim) } }),
];

/** Now and then forged, or with the own id spelt out. */
export const documentCase = (
  reference: string,
  operation: Operation,
  situation: Situation,
  nth = 0,
): DocumentCase => {
  const { document, kept } = newDocument(reference, operation, situation, nth);
  const dial = operation.change >> 4;
  switch ((operation.change + nth) % 16) {
    case 0:
      return {
        document: hostile({ ...document, ...pick(FORGED, dial)(situation.victim) }),
        kept,
        refused: 'violation',
      };
    case 1:
      return { document: hostile({ ...document, tenantId: tenantHex(situation.tenant) }), kept };
    default:
      return { document, kept };
  }
};
