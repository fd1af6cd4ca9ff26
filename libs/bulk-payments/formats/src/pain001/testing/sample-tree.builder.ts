import { type ElementType, type GroupType, type Particle } from '../structure/notation';
import { type TextType } from '../structure/text-types';
import { type PainFormat, STRUCTURES } from '../structure/versions';
import { ibanOf } from './pain001-file.builder';

/** An element of a sample: `text` of those without children. */
export interface Node {
  name: string;
  attributes: string;
  text: string;
  children: Node[];
  type: ElementType;
}

/** Candidate values; the first that is valid for a type is used. */
const VALUES = [
  ...['TRF', 'T1', '2', 'EUR', 'DE', '12.5', 'true', '2026-03-02', '2026-03-02T08:30:00Z', '2026'],
  ...[
    ibanOf(1),
    'COBADEFFXXX',
    '5299000J2N45DDNE4Y28',
    '+49-301234567',
    '1e0a1b2c-3d4e-4f5a-8b6c-7d8e9f0a1b2c',
  ],
  ...['12', 'Ab12', 'Zm9y', 'AUTH', 'MLDB', 'CRED', 'CRDT', 'CCHQ', 'DEBT', 'HIGH', 'RADM', 'MM01', 'CASH'],
  ...['DOCT', 'FAXI', 'MSIN', 'SPOT', 'CHQB', 'ADDR', 'LETT', 'ADWD', 'FIXE', 'YEAR'],
];

export const valueOf = (type: TextType): string => {
  const value = VALUES.find((candidate) => type.error(candidate) === null);
  if (value === undefined) throw new Error('No value fits');
  return value;
};

/** A sample of every element of a version. Each type is complete once, and minimal afterwards. */
class Sampler {
  private readonly whole = new Set<ElementType>();
  private readonly turns = new Map<GroupType, number>();

  /** @param turn which of each choice comes first */
  constructor(private readonly turn: number) {}

  node({ name, type }: Pick<Particle, 'name' | 'type'>): Node {
    const node: Node = { name, attributes: '', text: '', children: [], type };
    if (type.kind === 'any') node.children = [foreign()];
    else if (type.kind === 'text') {
      node.text = valueOf(type);
      if (type.hasCurrency) node.attributes = ' Ccy="EUR"';
    } else node.children = this.children(type).map((particle) => this.node(particle));
    return node;
  }

  private children(type: GroupType): readonly Particle[] {
    if (type.kind === 'choice') {
      const turn = this.turns.get(type) ?? this.turn;
      this.turns.set(type, turn + 1);
      return [type.particles[turn % type.particles.length]!];
    }
    if (this.whole.has(type)) return type.particles.filter(({ min }) => min > 0);
    this.whole.add(type);
    return type.particles;
  }
}

const foreign = (): Node => ({
  name: 'Note',
  attributes: ' xmlns="urn:example:note"',
  text: 'T',
  children: [],
  type: { kind: 'any' },
});

export const sampleOf = (format: PainFormat, turn: number): Node =>
  new Sampler(turn).node({ name: 'Document', type: STRUCTURES[format] });

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const written = ({ name, attributes, text, children }: Node): string =>
  children.length === 0
    ? `<${name}${attributes}>${escape(text)}</${name}>\n`
    : `<${name}${attributes}>${escape(text)}\n${children.map(written).join('')}</${name}>\n`;

/** The document's text, one element per line. */
export const writtenSample = (format: PainFormat, root: Node): string =>
  written({ ...root, attributes: `${root.attributes} xmlns="urn:iso:std:iso:20022:tech:xsd:${format}"` });
