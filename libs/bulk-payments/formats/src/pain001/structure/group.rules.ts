import { MISSING, NOT_ADMITTED, shortName } from './fault';
import { type GroupType, type Particle } from './notation';

/** As much as these rules need of an open element. */
interface Parent {
  name: string;
  counts: readonly number[];
  position: number;
}

const countOf = ({ position }: Particle, counts: readonly number[]): number => counts[position] ?? 0;

export interface GroupFault {
  message: string;
  reason: string;
}

/** How many names a message lists of those that would have been right. */
const LISTED = 8;

const listed = (particles: readonly Particle[]): string =>
  particles.length > LISTED
    ? `${particles
        .slice(0, LISTED)
        .map(({ name }) => name)
        .join(', ')}, ...`
    : particles.map(({ name }) => name).join(', ');

/** What is wrong with a child of that name, not known to `type`. */
export const unknownChild = (name: string, parent: Parent, type: GroupType): GroupFault => ({
  message:
    `${shortName(name)} is not an element of ${parent.name}: ` +
    `expected ${type.kind === 'choice' ? 'one of ' : ''}${listed(type.particles.slice(parent.position))}.`,
  reason: NOT_ADMITTED,
});

/** What is wrong with one more child, before it is counted; null when nothing is. */
export const childFault = (child: Particle, parent: Parent, type: GroupType): GroupFault | null => {
  const { name, max, position } = child;
  const { counts } = parent;
  if (type.kind === 'choice') {
    const other = type.particles.find((each) => countOf(each, counts) > 0);
    return other ? refused(`${parent.name} has ${name} besides ${other.name}: only one is allowed.`) : null;
  }
  if (countOf(child, counts) >= max)
    return refused(`${name} may be in ${parent.name} ${max === 1 ? 'once' : `${max} times`} only.`);
  const furthest = type.particles[parent.position];
  return furthest !== undefined && position < furthest.position
    ? refused(`${name} must come before ${furthest.name} in ${parent.name}.`)
    : null;
};

const refused = (message: string): GroupFault => ({ message, reason: NOT_ADMITTED });

/** What is missing at the end of an element. */
export const missingChildren = (frame: Parent, type: GroupType): GroupFault[] => {
  const { counts } = frame;
  if (type.kind === 'choice') {
    if (type.particles.some((each) => countOf(each, counts) > 0)) return [];
    return [
      { message: `${frame.name} is empty: expected one of ${listed(type.particles)}.`, reason: MISSING },
    ];
  }
  return type.particles
    .filter((each) => countOf(each, counts) < each.min)
    .map(({ name }) => ({ message: `${name} is missing in ${frame.name}.`, reason: MISSING }));
};
