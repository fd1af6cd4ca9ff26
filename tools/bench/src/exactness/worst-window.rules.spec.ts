import { worstWindow } from './worst-window.rules';

const instant = (at: number) => ({ sent: at, received: at });

describe('worstWindow', () => {
  it('finds the window, wherever it starts', () => {
    expect(worstWindow([0, 900, 950, 1_050, 1_890, 5_000].map(instant), 1_000)).toBe(4);
  });

  it('a window later is another window', () => {
    expect(worstWindow([0, 1_000].map(instant), 1_000)).toBe(1);
  });

  it('accuses nobody because of a late reply', () => {
    expect(worstWindow([instant(10), { sent: 1_005, received: 1_011 }], 1_000)).toBe(1);
    expect(worstWindow([{ sent: 5, received: 20 }, instant(1_006)], 1_000)).toBe(1);
  });

  it('of nothing is nothing', () => {
    expect(worstWindow([], 1_000)).toBe(0);
  });
});
