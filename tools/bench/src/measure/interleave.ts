/** Something measured for one slot; the numbers of a slot by their names. */
export interface Contender<F extends string> {
  name: string;
  slot(): Promise<Record<F, number>>;
}

/** All slots' values by contender and figure, in the order of the rounds. */
export type Measured<F extends string> = Map<string, Record<F, number[]>>;

/** Puts another first in each round, so that nobody always runs after the same one. */
const rotated = <T>(all: readonly T[], by: number): T[] => {
  const at = by % all.length;
  return [...all.slice(at), ...all.slice(0, at)];
};

/** Runs every contender once a round, one after another. */
export const interleave = async <F extends string>(
  contenders: readonly Contender<F>[],
  rounds: number,
): Promise<Measured<F>> => {
  const measured: Measured<F> = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const { name, slot } of rotated(contenders, round)) {
      const figures = Object.entries(await slot()) as [F, number][];
      const all = measured.get(name) ?? (Object.fromEntries(figures.map(([f]) => [f, []])) as never);
      for (const [figure, value] of figures) all[figure].push(value);
      measured.set(name, all);
    }
  }
  return measured;
};
