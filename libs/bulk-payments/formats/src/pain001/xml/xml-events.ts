import { SaxesParser, type SaxesTagNS } from 'saxes';
import { Unreadable } from './unreadable';

/** Characters of one text, tag, comment or run of blanks: the parser holds it whole before it can say anything. */
const MAX_PART = 65_536;
/** A pain.001 is about 15 deep; the rest is for what a supplementary envelope holds. */
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 32;

export interface Tag {
  name: string;
  namespace: string;
  attributes: SaxesTagNS['attributes'];
}

/** What is in the document, in its order. Lines are counted from 1. */
export interface XmlListener {
  /** `line` is where the tag begins. */
  open(tag: Tag, line: number): void;
  addText(text: string): void;
  close(): void;
}

const UTF8 = ['utf-8', 'utf8'];
const ASCII = ['us-ascii', 'ascii'];

/**
 * One document as events: well-formed XML 1.0 with namespaces, in bounded memory. No DTD, so no entities but XML's own five.
 * Whatever is against that throws `Unreadable`.
 */
export class XmlEvents {
  private readonly parser = new SaxesParser({ xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true });
  private depth = 0;
  private isAscii = false;
  private attributes = 0;
  private tagLine = 1;
  /** Where in the text the last part ended. */
  private partEnd = 0;
  /** Between two slices the parser's own position is wrong. */
  private written = 0;

  constructor(private readonly listener: XmlListener) {
    const { parser } = this;
    parser.on('error', ({ message }) => this.stop(`The file is not well-formed XML: ${told(message)}`));
    parser.on('xmldecl', ({ encoding }) => this.declared(encoding));
    parser.on('doctype', () => this.stop('A DOCTYPE is not allowed: remove it, with all its entities.'));
    parser.on('comment', () => this.part());
    parser.on('processinginstruction', () => this.part());
    parser.on('cdata', (text) => this.text(text));
    parser.on('text', (text) => this.text(text));
    parser.on('opentagstart', () => {
      this.tagLine = parser.line;
      this.attributes = 0;
    });
    parser.on('attribute', () => {
      if (++this.attributes > MAX_ATTRIBUTES)
        this.stop(`An element has more than ${MAX_ATTRIBUTES} attributes.`);
    });
    parser.on('opentag', (tag) => this.open(tag));
    parser.on('closetag', () => this.close());
  }

  /** The line that is being read. */
  get line(): number {
    return this.parser.line;
  }

  write(text: string): void {
    this.parser.write(text);
    this.written += text.length;
    this.bound(this.written);
    if (this.isAscii && /[^\x00-\x7f]/.test(text))
      this.stop('The file says that it is in US-ASCII, but it has other characters: declare UTF-8.');
  }

  /** After the last of the text. */
  end(): void {
    this.parser.close();
  }

  private open(tag: SaxesTagNS): void {
    this.part();
    if (++this.depth > MAX_DEPTH) this.stop(`Elements are nested more than ${MAX_DEPTH} deep.`);
    this.listener.open({ name: tag.local, namespace: tag.uri, attributes: tag.attributes }, this.tagLine);
  }

  private close(): void {
    this.part();
    this.depth--;
    this.listener.close();
  }

  private text(text: string): void {
    this.part();
    this.listener.addText(text);
  }

  private declared(encoding: string | undefined): void {
    this.part();
    const name = encoding?.toLowerCase();
    this.isAscii = name !== undefined && ASCII.includes(name);
    if (encoding === undefined || name === undefined || this.isAscii || UTF8.includes(name)) return;
    this.stop(`The file says that it is in ${told(encoding)}: only UTF-8 is read. Save it as UTF-8.`);
  }

  /** A part has ended here. */
  private part(): void {
    const { position } = this.parser;
    this.bound(position);
    this.partEnd = position;
  }

  private bound(position: number): void {
    if (position - this.partEnd > MAX_PART)
      this.stop(`A text, tag, comment or DOCTYPE is longer than ${MAX_PART} characters.`);
  }

  private stop(message: string): never {
    throw new Unreadable(message, this.parser.line);
  }
}

/** The parser's words, without its position and no longer than they need be: they may quote the file. */
const told = (words: string): string => {
  const plain = words.replace(/^\d+:\d+: /, '').replace(/[^\P{C}]/gu, ' ');
  return plain.length > 120 ? `${plain.slice(0, 120)}...` : plain;
};
