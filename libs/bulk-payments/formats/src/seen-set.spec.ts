import fc from 'fast-check';
import { SeenSet } from './seen-set';

describe('A set of seen keys', () => {
  it('behaves like a set of the keys themselves', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3 }), { maxLength: 300 }), (keys) => {
        const seen = new SeenSet();
        const model = new Set<string>();
        for (const key of keys) {
          expect(seen.seen(key)).toBe(model.has(key));
          model.add(key);
        }
      }),
    );
  });

  it('keeps its keys while the table grows', () => {
    const seen = new SeenSet();
    const count = 50_000;
    let early = 0;
    let late = 0;
    for (let key = 0; key < count; key++) if (seen.seen(`key-${key}`)) early++;
    for (let key = 0; key < count; key++) if (seen.seen(`key-${key}`)) late++;
    expect({ early, late }).toEqual({ early: 0, late: count });
  });
});
