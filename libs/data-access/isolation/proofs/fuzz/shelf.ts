import type { Types } from 'mongoose';
import { markerOf } from './identities';

/** One document as the model keeps it. */
export interface Kept {
  id: string;
  reference: string;
  amount: bigint;
  status: 'OPEN' | 'PAID';
  parentId: string | null;
  note: string | null;
  deleted: boolean;
}

/** What of a stored document the model knows, in whatever shape it came back. */
export interface Stored {
  _id: Types.ObjectId;
  reference: string;
  amount: unknown;
  status: string;
  parentId?: Types.ObjectId | null;
  metadata?: { marker?: string; note?: string } | null;
  deletedAt?: Date | null;
}

/** A document that came back, to be held against `shown`. */
export const viewOf = (document: Stored) => ({
  id: document._id.toString(),
  reference: document.reference,
  amount: BigInt(String(document.amount)),
  status: document.status,
  parentId: document.parentId?.toString() ?? null,
  note: document.metadata?.note ?? null,
  deleted: document.deletedAt instanceof Date,
  marker: document.metadata?.marker,
});
export type View = ReturnType<typeof viewOf>;

export const byReference = (a: { reference: string }, b: { reference: string }): number =>
  a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0;

/** Everything that one tenant has, by the model. Nothing of it depends on what the others do. */
export class Shelf {
  private kept = new Map<string, Kept>();

  constructor(readonly tenant: number) {}

  of(reference: string): Kept | undefined {
    return this.kept.get(reference);
  }

  put(document: Kept): void {
    this.kept.set(document.reference, document);
  }

  remove({ reference }: Kept): void {
    this.kept.delete(reference);
  }

  /** By reference. */
  documents(lifetime: 'live' | 'deleted' | 'any'): Kept[] {
    return [...this.kept.values()]
      .filter(({ deleted }) => lifetime === 'any' || deleted === (lifetime === 'deleted'))
      .sort(byReference);
  }

  shown(document: Kept): View {
    return { ...document, marker: markerOf(this.tenant) };
  }

  copy(): Shelf {
    const copy = new Shelf(this.tenant);
    copy.become(this);
    return copy;
  }

  become(other: Shelf): void {
    this.kept = new Map([...other.kept].map(([reference, document]) => [reference, { ...document }]));
  }
}
