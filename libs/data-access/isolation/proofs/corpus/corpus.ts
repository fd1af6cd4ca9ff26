import type { Attack } from './attack';
import { DETOUR_ATTACKS } from './detours.attacks';
import { PIPELINE_ATTACKS } from './pipelines.attacks';
import { READS } from './reads.attacks';
import { WRITES } from './writes.attacks';

/** Every attack, by class. */
export const CORPUS: Attack[] = [...READS, ...PIPELINE_ATTACKS, ...WRITES, ...DETOUR_ATTACKS].toSorted(
  (a, b) => a.leak - b.leak,
);
