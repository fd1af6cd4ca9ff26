import type { Types } from 'mongoose';
import { AsyncSlot } from '@financeops/core/async-context';
import type { Bypass } from '../bypass/bypass';

/**
 * What the operation that is now being sent to MongoDB was bound to when it was built. Only the repository (and the
 * boot's index builder) opens a scope, around the one driver call; the nets behind it refuse what runs in none.
 */
export type OperationScope =
  | {
      readonly kind: 'tenant';
      readonly tenantId: Types.ObjectId;
      /** The name of the one where the tenant's documents are; left out: the shared one. */
      readonly database?: string;
    }
  | { readonly kind: 'cross-tenant'; readonly bypass: Bypass }
  /** Collections and indexes, at boot. No documents. */
  | { readonly kind: 'maintenance' };

const scopes = new AsyncSlot<OperationScope>();

/** Runs `operation` bound to `scope`. Begin the driver call inside; awaiting it outside changes nothing. */
export const withinScope = <R>(scope: OperationScope, operation: () => R): R => scopes.run(scope, operation);

export const currentScope = (): OperationScope | undefined => scopes.get();
