import { MISSING, NOT_ADMITTED, shortName } from './structure-error';
import { type GroupType, type Particle } from './notation';

/** The part of an open element that these rules need. */
interface Parent {
  name: string;
  counts: readonly number[];
  position: number;
}

const countOf = ({ position }: Particle, counts: readonly number[]): number => counts[position] ?? 0;

interface GroupError {
  message: string;
  reason: string;
}

/** Most element names that a message lists. */
const LISTED = 8;

const listed = (particles: readonly Particle[]): string =>
  particles.length > LISTED
    ? `${particles
        .slice(0, LISTED)
        .map(({ name }) => name)
        .join(', ')}, ...`
    : particles.map(({ name }) => name).join(', ');

/** The error for a child whose name is not in `type`. */
export const unknownChild = (name: string, parent: Parent, type: GroupType): GroupError => ({
  message:
    `${shortName(name)} is not an element of ${parent.name}: ` +
    `expected ${type.kind === 'choice' ? 'one of ' : ''}${listed(type.particles.slice(parent.position))}.`,
  reason: NOT_ADMITTED,
});

/** The error that a further child makes, before it is counted; null when it is allowed. */
export const childError = (child: Particle, parent: Parent, type: GroupType): GroupError | null => {
  const { name, max, position } = child;
  const { counts } = parent;
  if (type.kind === 'choice') {
    const other = type.particles.find((each) => countOf(each, counts) > 0);
    return other
      ? refused(`${parent.name} has ${name} besides ${other.name}: only one of them is allowed.`)
      : null;
  }
  if (countOf(child, counts) >= max)
    return refused(`${name} is allowed only ${max === 1 ? 'once' : `${max} times`} in ${parent.name}.`);
  const furthest = type.particles[parent.position];
  return furthest !== undefined && position < furthest.position
    ? refused(`${name} must come before ${furthest.name} in ${parent.name}.`)
    : null;
};

const refused = (message: string): GroupError => ({ message, reason: NOT_ADMITTED });

/** The errors for required children that are missing at the end of an element. */
export const missingChildren = (frame: Parent, type: GroupType): GroupError[] => {
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
