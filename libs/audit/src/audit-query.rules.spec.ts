import { Types } from 'mongoose';
import { auditFilter } from './audit-query.rules';

const tenantId = new Types.ObjectId();
const owner = { tenantId: tenantId.toHexString() };
/** Without the marks that Mongoose knows trusted operators by. */
const plain = (filter: unknown): unknown => JSON.parse(JSON.stringify(filter));

describe('auditFilter', () => {
  it('is always of one owner', () => {
    expect(auditFilter(owner, {}, null)).toEqual({ tenantId });
    expect(auditFilter('platform', {}, null)).toEqual({ tenantId: null });
  });

  it('can’t be led elsewhere by what it searches for', () => {
    const filters = { userId: 'u', tenantId: 'other' } as never;
    expect(auditFilter(owner, filters, null)['tenantId']).toEqual(tenantId);
  });

  it('asks both conditions on a resource of the same one', () => {
    expect(plain(auditFilter('platform', { resourceId: 'r', resourceOwnerNot: 'o' }, null))).toEqual({
      tenantId: null,
      $and: [
        {
          $or: [
            { 'resource.id': 'r', 'resource.ownerId': { $nin: ['o', null] } },
            { 'details.resources': { $elemMatch: { id: 'r', ownerId: { $nin: ['o', null] } } } },
          ],
        },
      ],
    });
  });
});
