import { Slots } from './slots';

describe('Slots', () => {
  it('give a free place at once, and a given back one to the first in line', async () => {
    const slots = new Slots(1);
    expect(await slots.take(0)).toBe(true);
    const order: string[] = [];
    const waiting = ['first', 'second'].map((name) =>
      slots.take(60_000).then((got) => order.push(`${name} ${got}`)),
    );
    slots.give();
    slots.give();
    await Promise.all(waiting);
    expect(order).toEqual(['first true', 'second true']);
  });

  it('let nobody wait for ever, and keep a place that nobody waits for', async () => {
    const slots = new Slots(1);
    await slots.take(0);
    expect(await slots.take(1)).toBe(false);
    slots.give();
    expect(await slots.take(0)).toBe(true);
  });
});
