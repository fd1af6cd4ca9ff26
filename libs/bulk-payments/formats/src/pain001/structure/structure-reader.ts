import { unreadableXml } from '../xml/unreadable';
import { type Tag, type XmlListener } from '../xml/xml-events';
import { readAttributes } from './attribute.rules';
import { BAD_CONTENT, quote, type StructureError, MISSING, NOT_ADMITTED, shortName } from './structure-error';
import { childField, type Element, type FieldNode } from './field-tree';
import { Frame } from './frame';
import { childError, missingChildren, unknownChild } from './group.rules';
import { type ElementType, type GroupType, type Particle } from './notation';
import { type TextType } from './text-types';

/** Most characters of an element's text, also when comments divide it. */
const MAX_TEXT = 65_536;

/**
 * Validates a document against its structure, reports every error to the message, and calls the handlers of its fields.
 * Implements the `Element` that handlers see: the innermost open one.
 */
export class StructureReader<M extends { addError(error: StructureError): void }>
  implements XmlListener, Element
{
  private readonly frames: Frame<M>[] = [];
  private depth = 0;
  private top = new Frame<M>();
  /** Open elements inside one that is skipped. */
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

  get isValid(): boolean {
    return !this.top.hasError;
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
      throw unreadableXml(`${top.name} contains more than ${MAX_TEXT} characters.`, top.line, this.pointer());
    }
    if (top.hasError || !/[^ \t\r\n]/.test(text)) return;
    top.hasError = true;
    this.report(
      `${top.name} contains elements only; text is not allowed: ${quote(text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''))}.`,
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
    const error = childError(particle, top, type);
    const { position } = particle;
    const index = top.counts[position] ?? 0;
    top.counts[position] = index + 1;
    top.position = Math.max(top.position, position);
    this.enter(tag, line, particle, index, childField(top.field, tag.name), error);
  }

  private enter(
    tag: Tag,
    line: number,
    particle: Particle,
    index: number,
    field: FieldNode<M> | undefined,
    error: { message: string; reason: string } | null,
  ): void {
    this.top = this.frames[this.depth] ??= new Frame<M>();
    this.depth++;
    this.top.reset(tag.name, line, particle, index);
    this.top.field = field;
    if (error) this.report(error.message, error.reason);
    field?.open?.(this.message, this);
    const { currency, errors } = readAttributes(tag, particle.type);
    this.top.currency = currency;
    for (const { message, name, reason } of errors) this.report(message, reason, `/@${name}`);
  }

  private checkContent(top: Frame<M>, type: ElementType): void {
    if (type.kind === 'text') return this.checkText(top, type);
    if (type.kind !== 'any')
      for (const { message, reason } of missingChildren(top, type)) this.report(message, reason);
    else if (top.position === 0) this.report(`${top.name} is empty: expected one element.`, MISSING);
  }

  private checkText(top: Frame<M>, type: TextType): void {
    if (type.collapse) top.text = top.text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
    if (top.hasError) return;
    const words = type.error(top.text);
    if (words === null) return;
    top.hasError = true;
    const shown = top.text === '' ? '' : `: ${quote(top.text)}`;
    const error = this.errorAt(`${top.name} ${words}${shown}.`, type.reason);
    if (top.field?.error) top.field.error(this.message, error);
    else this.message.addError(error);
  }

  private skipInText(tag: Tag, line: number): void {
    const { top } = this;
    top.hasError = true;
    this.skip(
      tag,
      line,
      `${top.name} contains text only; the element ${shortName(tag.name)} is not allowed.`,
      NOT_ADMITTED,
    );
  }

  /** Any element is allowed, but only one. */
  private skipInAny(tag: Tag, line: number): void {
    const { top } = this;
    top.position++;
    if (top.position === 2)
      return this.skip(tag, line, `${top.name} may contain only one element.`, NOT_ADMITTED);
    this.skipped = 1;
    this.refuseInner(tag, line);
  }

  /** A message inside a message would be neither validated nor paid. */
  private refuseInner(tag: Tag, line: number): void {
    if (tag.name !== this.root.name || tag.namespace !== this.namespace) return;
    this.message.addError({
      ...this.errorAt(`${tag.name} must not contain another ${tag.name}.`, NOT_ADMITTED),
      line,
    });
  }

  private foreign({ name, namespace }: Tag): { message: string; reason: string } {
    const where = namespace === '' ? 'no namespace' : `the namespace ${quote(namespace, 80)}`;
    return {
      message: `${shortName(name)} is in ${where}: it must be in the message's namespace ${this.namespace}.`,
      reason: NOT_ADMITTED,
    };
  }

  private skip(tag: Tag, line: number, message: string, reason: string): void {
    this.skipped = 1;
    this.message.addError({ ...this.errorAt(message, reason, `/${shortName(tag.name)}`), line });
  }

  private report(message: string, reason: string, below = ''): void {
    this.message.addError(this.errorAt(message, reason, below));
  }

  private errorAt(message: string, reason: string, below = ''): StructureError {
    return { message, line: this.top.line, pointer: `${this.pointer()}${below}`, reason };
  }
}
