import { MISSING, NOT_ADMITTED, shortName } from './fault';
import { type GroupType, type Particle } from './notation';

/** As much as these rules need of an open element. */
interface Parent {
  name: string;
  counts: readonly number[];
  place: number;
}

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
    `expected ${type.kind === 'choice' ? 'one of ' : ''}${listed(type.particles.slice(parent.place))}.`,
  reason: NOT_ADMITTED,
});

/** What is wrong with one more child at `place`, its counts not yet raised; null: nothing. */
export const childFault = (place: number, parent: Parent, type: GroupType): GroupFault | null => {
  const { name, max } = type.particles[place]!;
  const { counts } = parent;
  if (type.kind === 'choice') {
    const other = type.particles.find((_, at) => counts[at]! > 0);
    return other ? refused(`${parent.name} has ${name} besides ${other.name}: only one is allowed.`) : null;
  }
  if (counts[place]! >= max)
    return refused(`${name} may be in ${parent.name} ${max === 1 ? 'once' : `${max} times`} only.`);
  if (place < parent.place)
    return refused(`${name} must come before ${type.particles[parent.place]!.name} in ${parent.name}.`);
  return null;
};

const refused = (message: string): GroupFault => ({ message, reason: NOT_ADMITTED });

/** What is missing at the end of an element. */
export const missingChildren = (frame: Parent, type: GroupType): GroupFault[] => {
  const { counts } = frame;
  if (type.kind === 'choice') {
    if (type.particles.some((_, at) => counts[at]! > 0)) return [];
    return [
      { message: `${frame.name} is empty: expected one of ${listed(type.particles)}.`, reason: MISSING },
    ];
  }
  return type.particles
    .filter(({ min }, at) => counts[at]! < min)
    .map(({ name }) => ({ message: `${name} is missing in ${frame.name}.`, reason: MISSING }));
};
