import { isUsableSlug, parseTenantName } from './slug.rules';

const id = '5a'.repeat(12);

describe('A slug', () => {
  it.each([
    'a',
    '0',
    'bank-1',
    'a--b',
    'a'.repeat(63),
    'a'.repeat(23),
    'g'.repeat(24),
    `${id}5`,
    'apis',
    'my-api',
  ])('can be %j', (slug) => {
    expect(isUsableSlug(slug)).toBe(true);
  });

  it.each([
    ...['', '-', '-a', 'a-', 'A', 'a.b', 'a_b', 'a b', 'ä', 'a\n', ' a', 'a'.repeat(64), id],
    ...['www', 'api', 'app', 'admin', 'static', 'status'],
  ])('can’t be %j', (slug) => {
    expect(isUsableSlug(slug)).toBe(false);
  });
});

describe('What a client calls a tenant', () => {
  it.each([
    ['bank-1', { kind: 'slug', value: 'bank-1' }],
    ['Bank-1', { kind: 'slug', value: 'bank-1' }],
    // Nobody's, but a name.
    ['API', { kind: 'slug', value: 'api' }],
    [id, { kind: 'id', value: id }],
    [id.toUpperCase(), { kind: 'id', value: id }],
    [`${id}5`, { kind: 'slug', value: `${id}5` }],
    [id.slice(1), { kind: 'slug', value: id.slice(1) }],
  ])('%j is read without regard to case', (text, name) => {
    expect(parseTenantName(text)).toEqual(name);
  });

  it.each(['', '-a', 'a-', 'a.b', 'a b', `${id}\n`, 'a'.repeat(64)])('%j can be none', (text) => {
    expect(parseTenantName(text)).toBeNull();
  });
});
