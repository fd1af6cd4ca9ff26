import mongoose, { Types } from 'mongoose';
import type { PagePosition } from '@financeops/core/http';
import type { AuditAction } from './audit-event';

/** Whose log is read: one tenant's, or the platform's own. There is no way to ask for all of them. */
export type AuditLogOwner = { tenantId: string } | 'platform';

export interface AuditFilters {
  /** Who did it: the id of a user, API key or super-admin. */
  userId?: string | undefined;
  resourceId?: string | undefined;
  /** Resources that belong to somebody, and not to this one. */
  resourceOwnerNot?: string | undefined;
  action?: AuditAction | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

type Conditions = Record<string, unknown>;

const time = ({ from, to }: AuditFilters): Conditions =>
  from === undefined && to === undefined
    ? {}
    : {
        at: mongoose.trusted({
          ...(from === undefined ? {} : { $gte: from }),
          ...(to === undefined ? {} : { $lt: to }),
        }),
      };

/** Both conditions must hold for one and the same resource; in a list read, for one element of the list. */
const resource = ({ resourceId, resourceOwnerNot }: AuditFilters): Conditions[] => {
  if (resourceId === undefined && resourceOwnerNot === undefined) return [];
  const conditions = (): Conditions => ({
    ...(resourceId === undefined ? {} : { id: resourceId }),
    ...(resourceOwnerNot === undefined
      ? {}
      : { ownerId: mongoose.trusted({ $nin: [resourceOwnerNot, null] }) }),
  });
  const single = Object.fromEntries(
    Object.entries(conditions()).map(([key, value]) => [`resource.${key}`, value]),
  );
  return [
    {
      $or: [
        single,
        { 'details.resources': mongoose.trusted({ $elemMatch: mongoose.trusted(conditions()) }) },
      ],
    },
  ];
};

const beyond = (after: PagePosition | null): Conditions[] =>
  after === null
    ? []
    : [
        {
          $or: [
            { at: mongoose.trusted({ $lt: after.createdAt }) },
            { at: after.createdAt, _id: mongoose.trusted({ $lt: new Types.ObjectId(after.id) }) },
          ],
        },
      ];

/** The one place where a reader's filter gets its owner. */
export const auditFilter = (
  owner: AuditLogOwner,
  filters: AuditFilters,
  after: PagePosition | null,
): Conditions => {
  const both = [...resource(filters), ...beyond(after)];
  return {
    tenantId: owner === 'platform' ? null : new Types.ObjectId(owner.tenantId),
    ...(filters.userId === undefined ? {} : { 'actor.id': filters.userId }),
    ...(filters.action === undefined ? {} : { action: filters.action }),
    ...time(filters),
    ...(both.length === 0 ? {} : { $and: both }),
  };
};
