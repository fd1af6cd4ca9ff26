import { type FieldNode } from './field-tree';
import { type ElementType, type Particle } from './notation';

/** An open element. One object per depth is reused. */
export class Frame<M = unknown> {
  name = '';
  line = 1;
  type: ElementType = { kind: 'any' };
  /** Position among its siblings of the same name, from 0; null where only one is allowed. */
  index: number | null = null;
  /** Number of children so far, by position of their particle. */
  readonly counts: number[] = [];
  /** Highest position of any child so far. */
  position = 0;
  /** Text so far. */
  text = '';
  currency: string | null = null;
  /** Whether an error in its own content was reported: only the first is. */
  hasError = false;
  /** Handlers for this element. */
  field: FieldNode<M> | undefined;

  reset(name: string, line: number, particle: Particle, index: number): this {
    const { type } = particle;
    this.name = name;
    this.line = line;
    this.type = type;
    this.index = particle.max > 1 ? index : null;
    this.position = 0;
    this.text = '';
    this.currency = null;
    this.hasError = false;
    if (type.kind === 'sequence' || type.kind === 'choice')
      for (let at = 0; at < type.particles.length; at++) this.counts[at] = 0;
    return this;
  }
}
