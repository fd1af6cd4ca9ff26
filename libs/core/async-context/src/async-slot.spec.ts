import { setImmediate as turn } from 'node:timers/promises';
import { AsyncSlot } from './async-slot';

describe('AsyncSlot', () => {
  const [outer, inner] = [new AsyncSlot<string>(), new AsyncSlot<number>()];
  const held = () => [outer.get(), inner.get()];

  it('holds nothing outside of run, and nothing any more after it', () => {
    expect(outer.run('a', held)).toEqual(['a', undefined]);
    expect(held()).toEqual([undefined, undefined]);
  });

  it('keeps what the other slots hold, and gives its own back at the end of a nested run', () => {
    const seen = outer.run('a', () => [inner.run(1, () => [held(), outer.run('b', held), held()]), held()]);
    expect(seen).toEqual([
      [
        ['a', 1],
        ['b', 1],
        ['a', 1],
      ],
      ['a', undefined],
    ]);
  });

  it('follows each work through its awaits, however they are mixed', async () => {
    const work = async (number: number) => {
      await turn();
      const before = held();
      const within = await inner.run(number, async () => {
        await turn();
        return held();
      });
      await turn();
      return [before, within, held()];
    };
    const names = ['a', 'b', 'c'];
    const seen = await Promise.all(names.map((name, number) => outer.run(name, () => work(number))));
    expect(seen).toEqual(
      names.map((name, number) => [
        [name, undefined],
        [name, number],
        [name, undefined],
      ]),
    );
  });

  it('is given back when the work throws', () => {
    const thrown = () =>
      outer.run('a', () => {
        throw new Error('broken');
      });
    expect(thrown).toThrow('broken');
    expect(outer.get()).toBeUndefined();
  });

  it('serves slots that are made while others already hold something', () => {
    const seen = outer.run('a', () => {
      const late = new AsyncSlot<boolean>();
      return [late.get(), late.run(true, () => [late.get(), outer.get()])];
    });
    expect(seen).toEqual([undefined, [true, 'a']]);
  });
});
