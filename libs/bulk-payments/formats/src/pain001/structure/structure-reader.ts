import { unreadableXml } from '../xml/unreadable';
import { type Tag, type XmlListener } from '../xml/xml-events';
import { readAttributes } from './attribute.rules';
import { BAD_CONTENT, excerpt, type Fault, MISSING, NOT_ADMITTED, shortName } from './fault';
import { childField, type Element, type FieldNode } from './field-tree';
import { Frame } from './frame';
import { childFault, missingChildren, unknownChild } from './group.rules';
import { type ElementType, type GroupType, type Particle } from './notation';
import { type TextType } from './text-types';

/** Characters of one element's text: what comes in pieces, between comments, is bounded as well. */
const MAX_TEXT = 65_536;

/**
 * Walks a document beside its structure and its fields: reports each fault and goes on, tells the message of its fields.
 * It is the `Element` that fields see: the innermost that is open.
 */
export class StructureReader<M extends { fault(fault: Fault): void }> implements XmlListener, Element {
  private readonly frames: Frame<M>[] = [];
  private depth = 0;
  private top = new Frame<M>();
  /** Of elements inside of one that isn't looked into, how many are open. */
  private skipped = 0;

  constructor(
    private readonly root: Particle,
    private readonly namespace: string,
    private readonly fields: FieldNode<M>,
    private readonly message: M,
  ) {}

  get text(): string {
    return this.top.text;
  }

  get currency(): string | null {
    return this.top.currency;
  }

  get isSound(): boolean {
    return !this.top.isFaulty;
  }

  get line(): number {
    return this.top.line;
  }

  pointer(): string {
    let path = '';
    for (const { name, index } of this.frames.slice(0, this.depth)) {
      path += index === null ? `/${name}` : `/${name}/${index}`;
    }
    return path;
  }

  open(tag: Tag, line: number): void {
    if (this.skipped > 0) {
      this.skipped++;
      return this.refuseInner(tag, line);
    }
    if (this.depth === 0) return this.enter(tag, line, this.root, 0, this.fields, null);
    const { type } = this.top;
    if (type.kind === 'text') this.skipInText(tag, line);
    else if (type.kind === 'any') this.skipInAny(tag, line);
    else this.openChild(tag, line, type);
  }

  addText(text: string): void {
    if (this.skipped > 0 || this.depth === 0) return;
    const { top } = this;
    if (top.type.kind === 'text') {
      top.text += text;
      if (top.text.length <= MAX_TEXT) return;
      throw unreadableXml(`${top.name} holds more than ${MAX_TEXT} characters.`, top.line, this.pointer());
    }
    if (top.isFaulty || !/[^ \t\r\n]/.test(text)) return;
    top.isFaulty = true;
    this.report(
      `${top.name} holds elements, no text of its own: ${excerpt(text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''))} is not allowed.`,
      BAD_CONTENT,
    );
  }

  close(): void {
    if (this.skipped > 0) {
      this.skipped--;
      return;
    }
    const { top } = this;
    this.checkContent(top, top.type);
    top.field?.close?.(this.message, this);
    this.depth--;
    this.top = this.frames[this.depth - 1] ?? top;
  }

  private openChild(tag: Tag, line: number, type: GroupType): void {
    const { top } = this;
    const particle = tag.namespace === this.namespace ? type.byName.get(tag.name) : undefined;
    if (particle === undefined) {
      const { message, reason } =
        tag.namespace === this.namespace ? unknownChild(tag.name, top, type) : this.foreign(tag);
      return this.skip(tag, line, message, reason);
    }
    const fault = childFault(particle, top, type);
    const { position } = particle;
    const index = top.counts[position] ?? 0;
    top.counts[position] = index + 1;
    top.position = Math.max(top.position, position);
    this.enter(tag, line, particle, index, childField(top.field, tag.name), fault);
  }

  private enter(
    tag: Tag,
    line: number,
    particle: Particle,
    index: number,
    field: FieldNode<M> | undefined,
    fault: { message: string; reason: string } | null,
  ): void {
    this.top = this.frames[this.depth] ??= new Frame<M>();
    this.depth++;
    this.top.begin(tag.name, line, particle, index);
    this.top.field = field;
    if (fault) this.report(fault.message, fault.reason);
    field?.open?.(this.message, this);
    const { currency, faults } = readAttributes(tag, particle.type);
    this.top.currency = currency;
    for (const { message, name, reason } of faults) this.report(message, reason, `/@${name}`);
  }

  private checkContent(top: Frame<M>, type: ElementType): void {
    if (type.kind === 'text') return this.checkText(top, type);
    if (type.kind !== 'any')
      for (const { message, reason } of missingChildren(top, type)) this.report(message, reason);
    else if (top.position === 0) this.report(`${top.name} is empty: expected one element.`, MISSING);
  }

  private checkText(top: Frame<M>, type: TextType): void {
    if (type.collapse) top.text = top.text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
    if (top.isFaulty) return;
    const words = type.fault(top.text);
    if (words === null) return;
    top.isFaulty = true;
    const shown = top.text === '' ? '' : `: ${excerpt(top.text)}`;
    const fault = this.made(`${top.name} ${words}${shown}.`, type.reason);
    if (top.field?.fault) top.field.fault(this.message, fault);
    else this.message.fault(fault);
  }

  private skipInText(tag: Tag, line: number): void {
    const { top } = this;
    top.isFaulty = true;
    this.skip(tag, line, `${top.name} holds text, not the element ${shortName(tag.name)}.`, NOT_ADMITTED);
  }

  /** Anything goes in there, but one alone. */
  private skipInAny(tag: Tag, line: number): void {
    const { top } = this;
    top.position++;
    if (top.position === 2)
      return this.skip(tag, line, `${top.name} may hold one element only.`, NOT_ADMITTED);
    this.skipped = 1;
    this.refuseInner(tag, line);
  }

  /** A message inside of a message would have to be checked as one, where nobody would pay it. */
  private refuseInner(tag: Tag, line: number): void {
    if (tag.name !== this.root.name || tag.namespace !== this.namespace) return;
    this.message.fault({ ...this.made(`${tag.name} may not be inside of itself.`, NOT_ADMITTED), line });
  }

  private foreign({ name, namespace }: Tag): { message: string; reason: string } {
    const where = namespace === '' ? 'no namespace' : `the namespace ${excerpt(namespace, 80)}`;
    return {
      message: `${shortName(name)} is in ${where}, not in the message's ${this.namespace}.`,
      reason: NOT_ADMITTED,
    };
  }

  private skip(tag: Tag, line: number, message: string, reason: string): void {
    this.skipped = 1;
    this.message.fault({ ...this.made(message, reason, `/${shortName(tag.name)}`), line });
  }

  private report(message: string, reason: string, below = ''): void {
    this.message.fault(this.made(message, reason, below));
  }

  private made(message: string, reason: string, below = ''): Fault {
    return { message, line: this.top.line, pointer: `${this.pointer()}${below}`, reason };
  }
}
