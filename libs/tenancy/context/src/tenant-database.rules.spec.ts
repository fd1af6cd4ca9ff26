import { ResolvedTenant, type Placement } from './resolved-tenant';
import { databaseOf, dedicatedDatabase, isDedicatedDatabase } from './tenant-database.rules';

const id = '5a'.repeat(12);
const own = `main_t_${id}`;
const snapshot = {
  id,
  slug: 'bank',
  name: 'Bank',
  tier: 'STARTER' as const,
  isActive: true,
  branding: { displayName: null, primaryColor: null, logoUrl: null },
  domains: [],
  overrides: null,
  createdAt: new Date(0).toISOString(),
  updatedAt: new Date(0).toISOString(),
};

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
    const of = (placement?: Placement) => databaseOf(new ResolvedTenant({ ...snapshot, placement }), 'main');
    expect([of(), of('shared'), of('dedicated')]).toEqual(['main', 'main', own]);
  });
});
