import { textType, type TextType } from './text-types';

/**
 * A message's structure, one type an entry, in a notation of its own:
 *
 * - `Nm?:text140 Othr*:otherId`: elements in this order. Behind a name how often it may be there: once (nothing), `?` once or
 *   not at all, `*` any number, `+` one or more, `{7}` up to seven. Behind the colon the type: another entry, a text type
 *   (`text-types.ts`), or the codes that are allowed, with slashes between.
 * - `IBAN:iban | Othr:otherAccount`: exactly one of these.
 * - `DEBT/CRED`: a name for codes.
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

/** An element that holds elements. */
export interface GroupType {
  kind: 'sequence' | 'choice';
  particles: readonly Particle[];
  /** The same particles by name; names are unique within a group. */
  byName: ReadonlyMap<string, Particle>;
}

/** An element whose content is anybody's: one element of any kind. */
export interface AnyType {
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

/** The type of the document element. @throws Error at a mistake in the table, which is the programmer's. */
export const compile = (table: StructureTable): GroupType => {
  const done = new Map<string, ElementType>();

  const typeOf = (name: string): ElementType => {
    const known = done.get(name);
    if (known) return known;
    const definition = table[name] ?? name;
    if (definition === 'any') return { kind: 'any' };
    if (!definition.includes(':')) return remember(name, textType(definition));
    const choice = definition.includes(' | ');
    const particles: Particle[] = [];
    const byName = new Map<string, Particle>();
    // Known before its parts are: nothing in the message holds itself, but a table could.
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
    done.set(name, type);
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
