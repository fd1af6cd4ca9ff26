import { rankScore } from './rank-test';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('rankScore', () => {
  it('is zero for samples alike', () => {
    expect(rankScore(upTo(50), upTo(50))).toBe(0);
  });

  it('is as large as can be where all of one sample lies above the other', () => {
    const above = upTo(20).map((value) => value + 100);
    // U = 400; its mean is 200, its variance 20 * 20 * 41 / 12.
    expect(rankScore(above, upTo(20))).toBeCloseTo(5.41, 2);
    expect(rankScore(upTo(20), above)).toBeCloseTo(-5.41, 2);
  });

  it('is moved little by a value out of all proportion', () => {
    expect(Math.abs(rankScore([...upTo(50), 1e9], [...upTo(50), 0]))).toBeLessThan(0.5);
  });

  it('finds a shift of half a standard deviation in two hundred values', () => {
    const grid = upTo(200).map((i) => i / 200);
    const half = Math.sqrt(1 / 12) / 2;
    expect(
      rankScore(
        grid.map((value) => value + half),
        grid,
      ),
    ).toBeGreaterThan(4.5);
  });
});
