import { type FieldNode } from './field-tree';
import { type ElementType, type Particle } from './notation';

/** An element that is open. Made once for each depth, used again. */
export class Frame<M = unknown> {
  name = '';
  line = 1;
  type: ElementType = { kind: 'any' };
  /** Position among its siblings of the same name, from 0; null where there can be one alone. */
  index: number | null = null;
  /** How many children of each particle there were, by position in the type. */
  readonly counts: number[] = [];
  /** The furthest position in the type of any child so far. */
  position = 0;
  /** Of text, what came so far. */
  text = '';
  currency: string | null = null;
  /** Whether a fault of its own content was reported: one is enough. */
  isFaulty = false;
  /** What the message makes of it. */
  field: FieldNode<M> | undefined;

  begin(name: string, line: number, particle: Particle, index: number): this {
    const { type } = particle;
    this.name = name;
    this.line = line;
    this.type = type;
    this.index = particle.max > 1 ? index : null;
    this.position = 0;
    this.text = '';
    this.currency = null;
    this.isFaulty = false;
    if (type.kind === 'sequence' || type.kind === 'choice')
      for (let at = 0; at < type.particles.length; at++) this.counts[at] = 0;
    return this;
  }
}
