import { textType, type TextType } from './text-types';

/**
 * The structure of a message, one type per entry. The notation:
 *
 * - `Nm?:text140 Othr*:otherId`: elements in this order. The suffix of a name is its occurrence: none for exactly one, `?` for
 *   zero or one, `*` for any number, `+` for one or more, `{7}` for up to seven. After the colon follows the type: another
 *   entry, a text type (`text-types.ts`), or the allowed codes separated by slashes.
 * - `IBAN:iban | Othr:otherAccount`: exactly one of them.
 * - `DEBT/CRED`: a named list of codes.
 */
export type StructureTable = Readonly<Record<string, string>>;

export interface Particle {
  name: string;
  /** Among the particles of its group, from 0. */
  position: number;
  min: number;
  max: number;
  type: ElementType;
}

/** An element that contains elements. */
export interface GroupType {
  kind: 'sequence' | 'choice';
  particles: readonly Particle[];
  /** The same particles by name; names are unique within a group. */
  byName: ReadonlyMap<string, Particle>;
}

/** An element that contains one element of any kind. */
interface AnyType {
  kind: 'any';
}

export type ElementType = GroupType | TextType | AnyType;

const OCCURS: Readonly<Record<string, readonly [number, number]>> = {
  '': [1, 1],
  '?': [0, 1],
  '*': [0, Infinity],
  '+': [1, Infinity],
};

const PARTICLE = /^(\w+)(\?|\*|\+|\{(\d+)\})?:([\w./]+)$/;

/** Compiles the type of the document element. @throws Error for a mistake in the table */
export const compile = (table: StructureTable): GroupType => {
  const compiled = new Map<string, ElementType>();

  const typeOf = (name: string): ElementType => {
    const known = compiled.get(name);
    if (known) return known;
    const definition = table[name] ?? name;
    if (definition === 'any') return { kind: 'any' };
    if (!definition.includes(':')) return remember(name, textType(definition));
    const choice = definition.includes(' | ');
    const particles: Particle[] = [];
    const byName = new Map<string, Particle>();
    // Stored before its parts are compiled, so that a recursive type terminates.
    const type = remember(name, { kind: choice ? 'choice' : 'sequence', particles, byName });
    for (const part of definition.split(choice ? ' | ' : ' ')) {
      const particle = particleOf(part, particles.length);
      if (byName.has(particle.name)) throw new Error(`${particle.name} is twice in ${name}`);
      byName.set(particle.name, particle);
      particles.push(particle);
    }
    return type;
  };

  const remember = <T extends ElementType>(name: string, type: T): T => {
    compiled.set(name, type);
    return type;
  };

  const particleOf = (text: string, position: number): Particle => {
    const [, name, occurs = '', most, type] = PARTICLE.exec(text) ?? [];
    if (name === undefined || type === undefined) throw new Error(`Not in the notation: ${text}`);
    const [min, max] = OCCURS[occurs] ?? [0, Number(most)];
    return { name, position, min, max, type: typeOf(type) };
  };

  return typeOf('document') as GroupType;
};
