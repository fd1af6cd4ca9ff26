import { Types } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import type { OperationScope } from '../operation-scope/operation-scope';
import { placementViolation } from './placement.rules';

const id = '5a'.repeat(12);
const tenantId = new Types.ObjectId(id);
const own = `main_t_${id}`;
const another = `main_t_${'f'.repeat(24)}`;
const inShared: OperationScope = { kind: 'tenant', tenantId };
const inOwn: OperationScope = { kind: 'tenant', tenantId, database: own };
const maintenance: OperationScope = { kind: 'maintenance' };
const crossing: OperationScope = { kind: 'cross-tenant', bypass: new Bypass('a reason') };

describe('A tenant’s operation', () => {
  it('goes to the database that it is bound to', () => {
    expect(placementViolation('main', 'tenant', inShared, 'main')).toBeNull();
    expect(placementViolation(own, 'tenant', inOwn, 'main')).toBeNull();
  });

  it.each([
    ['the own one, when it is bound to the shared one', own, inShared],
    ['the shared one, when it is bound to its own', 'main', inOwn],
    ['another tenant’s', another, inOwn],
    ['another tenant’s, when it is bound to the shared one', another, inShared],
    ['a database that has nothing to do with it', 'admin', inShared],
  ])('does not go to %s', (_case, database, scope) => {
    expect(placementViolation(database, 'tenant', scope, 'main')).toBe(
      "the database isn't the one where the tenant's documents are",
    );
  });

  it('can’t be bound to another tenant’s database, nor to any other', () => {
    for (const database of [another, 'admin']) {
      expect(placementViolation(database, 'tenant', { ...inOwn, database }, 'main')).toBe(
        "the operation is bound to a database that isn't its tenant's",
      );
    }
  });
});

describe('An operation without a tenant', () => {
  it.each([undefined, maintenance, crossing])(
    '(%j) finds tenants’ collections where tenants’ are',
    (scope) => {
      expect(placementViolation('main', 'tenant', scope, 'main')).toBeNull();
      expect(placementViolation(own, 'tenant', scope, 'main')).toBeNull();
      expect(placementViolation('admin', 'tenant', scope, 'main')).toBe(
        'the collection is not of this database',
      );
    },
  );
});

it('A shared collection is in the shared database alone, whoever asks', () => {
  for (const scope of [undefined, maintenance, crossing, inShared, inOwn]) {
    expect(placementViolation('main', 'shared', scope, 'main')).toBeNull();
    for (const database of [own, another, 'admin']) {
      expect(placementViolation(database, 'shared', scope, 'main')).toBe(
        'the collection is not of this database',
      );
    }
  }
});

it('A collection that nobody knows is refused for that, not for where it is', () => {
  expect(placementViolation('admin', 'unknown', inShared, 'main')).toBeNull();
});
