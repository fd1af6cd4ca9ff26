import { Types } from 'mongoose';
import { ResolvedTenant, type Placement } from '@financeops/tenancy/context';
import { Bypass } from '../bypass';
import { aTenant } from '../isolation.fixture';
import type { OperationScope } from '../operation-scope';
import { databaseFault } from './database-fault.rules';
import { databaseOf, dedicatedDatabase, isDedicatedDatabase } from './database.rules';

const id = '5a'.repeat(12);
const tenantId = new Types.ObjectId(id);
const own = `main_t_${id}`;
const another = `main_t_${'f'.repeat(24)}`;
const inShared: OperationScope = { kind: 'tenant', tenantId };
const inOwn: OperationScope = { kind: 'tenant', tenantId, database: own };
const maintenance: OperationScope = { kind: 'maintenance' };
const crossing: OperationScope = { kind: 'cross-tenant', bypass: new Bypass('a reason') };

describe('The name of a tenant’s own database', () => {
  it('follows from its id, and nothing else is one', () => {
    expect(dedicatedDatabase('main', id)).toBe(own);
    expect(isDedicatedDatabase(own, 'main')).toBe(true);
    for (const name of [
      ...[
        'main',
        '',
        own.slice(1),
        `${own}0`,
        own.slice(0, -1),
        own.toUpperCase(),
        `main_t_${'g'.repeat(24)}`,
      ],
      ...[`x${own}`, `other_t_${id}`, `main_T_${id}`, `main_t_0${id}`, `${id}`],
    ]) {
      expect(isDedicatedDatabase(name, 'main')).toBe(false);
    }
  });

  it('is where a tenant’s documents are that was placed there, and no other’s', () => {
    const of = (placement?: Placement) =>
      databaseOf(new ResolvedTenant({ ...aTenant(id).snapshot, placement }), 'main');
    expect([of(), of('shared'), of('dedicated')]).toEqual(['main', 'main', own]);
  });
});

describe('A tenant’s operation', () => {
  it('goes to the database that it is bound to', () => {
    expect(databaseFault('main', 'tenant', inShared, 'main')).toBeNull();
    expect(databaseFault(own, 'tenant', inOwn, 'main')).toBeNull();
  });

  it.each([
    ['the own one, when it is bound to the shared one', own, inShared],
    ['the shared one, when it is bound to its own', 'main', inOwn],
    ['another tenant’s', another, inOwn],
    ['another tenant’s, when it is bound to the shared one', another, inShared],
    ['a database that has nothing to do with it', 'admin', inShared],
  ])('does not go to %s', (_case, database, scope) => {
    expect(databaseFault(database, 'tenant', scope, 'main')).toBe(
      "the database isn't the one where the tenant's documents are",
    );
  });

  it('can’t be bound to another tenant’s database, nor to any other', () => {
    for (const database of [another, 'admin']) {
      expect(databaseFault(database, 'tenant', { ...inOwn, database }, 'main')).toBe(
        "the operation is bound to a database that isn't its tenant's",
      );
    }
  });
});

describe('An operation without a tenant', () => {
  it.each([undefined, maintenance, crossing])(
    '(%j) finds tenants’ collections where tenants’ are',
    (scope) => {
      expect(databaseFault('main', 'tenant', scope, 'main')).toBeNull();
      expect(databaseFault(own, 'tenant', scope, 'main')).toBeNull();
      expect(databaseFault('admin', 'tenant', scope, 'main')).toBe('the collection is not of this database');
    },
  );
});

it('A shared collection is in the shared database alone, whoever asks', () => {
  for (const scope of [undefined, maintenance, crossing, inShared, inOwn]) {
    expect(databaseFault('main', 'shared', scope, 'main')).toBeNull();
    for (const database of [own, another, 'admin']) {
      expect(databaseFault(database, 'shared', scope, 'main')).toBe('the collection is not of this database');
    }
  }
});

it('A collection that nobody knows is refused for that, not for where it is', () => {
  expect(databaseFault('admin', 'unknown', inShared, 'main')).toBeNull();
});
