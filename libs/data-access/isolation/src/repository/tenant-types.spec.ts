import { Types } from 'mongoose';
import type { Invoice } from '../../testing/isolation.fixture';
import type { NewDocument, TenantFilter, TenantFindOptions, TenantUpdate } from './tenant-types';

const foreign = new Types.ObjectId();

/** The compiler is the test: every `@ts-expect-error` fails the type check when the line below it compiles. */
describe('the types of a repository', () => {
  it('have no room for tenantId', () => {
    // @ts-expect-error in a filter
    const filter: TenantFilter<Invoice> = { tenantId: foreign };
    // @ts-expect-error inside of $or
    const nested: TenantFilter<Invoice> = { $or: [{ tenantId: foreign }] };
    // @ts-expect-error in an update
    const update: TenantUpdate<Invoice> = { $set: { tenantId: foreign } };
    // @ts-expect-error nor unset
    const unset: TenantUpdate<Invoice> = { $unset: { tenantId: 1 } };
    // @ts-expect-error nor on insert
    const upsert: TenantUpdate<Invoice> = { $setOnInsert: { tenantId: foreign } };
    const document: NewDocument<Invoice> = {
      reference: 'x',
      amount: 1n,
      status: 'OPEN',
      parentId: null,
      metadata: {},
      // @ts-expect-error in a document
      tenantId: foreign,
    };
    // @ts-expect-error in a variable either
    const passed: TenantFilter<Invoice> = ((named) => named)({ status: 'OPEN' as const, tenantId: foreign });
    expect([filter, nested, update, unset, upsert, document, passed]).toHaveLength(7);
  });

  it('know the fields, their values and the operators', () => {
    const find: TenantFindOptions<Invoice> = {
      filter: {
        status: { $in: ['OPEN'] },
        _id: foreign.toHexString(),
        'metadata.key': 'x',
        $or: [{ amount: 1n }],
      },
      projection: { reference: 1 },
      options: { sort: { createdAt: -1 }, limit: 1 },
      includeDeleted: true,
    };
    // @ts-expect-error an unknown field
    const unknown: TenantFilter<Invoice> = { referenec: 'x' };
    // @ts-expect-error an unknown value
    const value: TenantFilter<Invoice> = { status: 'LOST' };
    // @ts-expect-error a method is no field
    const method: TenantFilter<Invoice> = { isPaid: true };
    // @ts-expect-error replacements
    const replacement: TenantUpdate<Invoice> = { reference: 'x' };
    // @ts-expect-error soft deletion has methods of its own
    const deletion: TenantUpdate<Invoice> = { $set: { deletedAt: null } };
    // @ts-expect-error a forgotten field
    const partial: NewDocument<Invoice> = { reference: 'x' };
    expect([find, unknown, value, method, replacement, deletion, partial]).toHaveLength(7);
  });
});
