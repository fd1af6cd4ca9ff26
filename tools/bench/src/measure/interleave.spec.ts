import { interleave } from './interleave';

describe('interleave', () => {
  it('runs each once a round, and another first each time', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({
      name,
      slot: () => {
        order.push(name);
        return Promise.resolve({ rate: order.length });
      },
    });
    const measured = await interleave(['a', 'b', 'c'].map(contender), 3);
    expect(order).toEqual(['a', 'b', 'c', 'b', 'c', 'a', 'c', 'a', 'b']);
    expect(measured.get('a')).toEqual({ rate: [1, 6, 8] });
  });
});
