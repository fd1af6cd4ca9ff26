import { compile } from './notation';

const table = (document: string) => ({ document, code: 'DEBT/CRED' });

describe('the notation of structures', () => {
  it('defines order and occurrence', () => {
    const { kind, particles } = compile(table('A:text35 B?:code C*:date D+:amount E{7}:decimal11.10'));
    expect(kind).toBe('sequence');
    expect(particles.map(({ name, min, max }) => [name, min, max])).toEqual([
      ['A', 1, 1],
      ['B', 0, 1],
      ['C', 0, Infinity],
      ['D', 1, Infinity],
      ['E', 0, 7],
    ]);
  });

  it('defines choices', () => {
    expect(compile(table('A:text35 | B:code'))).toMatchObject({
      kind: 'choice',
      particles: [{ name: 'A' }, { name: 'B' }],
    });
  });

  it.each(['A:nothing', 'A:text35 A:code', 'A text35', 'A:text35 | A:code'])(
    'has no place for %j',
    (document) => {
      expect(() => compile(table(document))).toThrow();
    },
  );
});
