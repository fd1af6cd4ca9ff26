import { type SaxesOptions, SaxesParser, type SaxesTagNS } from 'saxes';
import { unreadableXml } from './unreadable';

/** Characters of one text, tag or DOCTYPE, or of comments in a row: the parser holds it whole before it can say anything. */
const MAX_PART = 65_536;
/** A pain.001 is about 15 deep; the rest is for what a supplementary envelope holds. */
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 32;

const UTF8 = ['utf-8', 'utf8'];
const ASCII = ['us-ascii', 'ascii'];

export interface Tag {
  name: string;
  namespace: string;
  attributes: SaxesTagNS['attributes'];
}

/** What is in the document, in its order. */
export interface XmlListener {
  /** `line`, from 1, is where the tag begins. */
  open(tag: Tag, line: number): void;
  addText(text: string): void;
  close(): void;
}

/** Stops at the first fault: what comes after it can't be trusted. */
class StrictParser extends SaxesParser<SaxesOptions & { xmlns: true }> {
  override fail(message: string): never {
    throw unreadableXml(`The file is not well-formed XML: ${told(message)}.`, this.line);
  }
}

/**
 * One document as events: well-formed XML 1.0 with namespaces, in bounded memory. No DTD, so no entities but XML's own five.
 * Whatever is against that throws UnreadableFileError.
 */
export class XmlEvents {
  private readonly parser = new StrictParser({
    xmlns: true,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  });
  private depth = 0;
  private isBegun = false;
  private isAscii = false;
  private tagLine = 1;
  /** Where in the text the last part ended. */
  private partEnd = 0;
  /** Between two slices the parser's own position is wrong. */
  private written = 0;

  /**
   * Six handlers and no more: from the seventh on V8 keeps the parser's properties in a dictionary, and it takes four times
   * as long (Node 20, saxes 6). So there is none for errors, the declaration, attributes, comments and instructions.
   */
  constructor(private readonly listener: XmlListener) {
    const { parser } = this;
    parser.on('doctype', () => this.stop('A DOCTYPE is not allowed: remove it, with all its entities.'));
    parser.on('opentagstart', () => this.beginTag());
    parser.on('opentag', (tag) => this.open(tag));
    parser.on('closetag', () => this.close());
    parser.on('cdata', (text) => this.text(text));
    parser.on('text', (text) => this.text(text));
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

  private beginTag(): void {
    this.tagLine = this.parser.line;
    if (this.isBegun) return;
    this.isBegun = true;
    this.checkEncoding(this.parser.xmlDecl.encoding);
  }

  private open({ local, uri, attributes }: SaxesTagNS): void {
    this.part();
    if (++this.depth > MAX_DEPTH) this.stop(`Elements are nested more than ${MAX_DEPTH} deep.`);
    let count = 0;
    for (const name in attributes) {
      if (++count > MAX_ATTRIBUTES) this.stop(`An element has more than ${MAX_ATTRIBUTES} attributes.`);
      if (name === 'xmlns' || name.startsWith('xmlns:')) this.checkNamespace(attributes[name]?.value ?? '');
    }
    this.listener.open({ name: local, namespace: uri, attributes }, this.tagLine);
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

  /** Namespaces are compared exactly (Namespaces in XML 1.0, 2.3), but saxes trims them. */
  private checkNamespace(namespace: string): void {
    if (namespace === namespace.trim()) return;
    this.stop(
      `The namespace "${told(namespace)}" begins or ends with white space: remove it, as namespaces are compared exactly.`,
    );
  }

  private checkEncoding(declared: string | undefined): void {
    const name = declared?.toLowerCase() ?? 'utf-8';
    this.isAscii = ASCII.includes(name);
    if (this.isAscii || UTF8.includes(name)) return;
    this.stop(`The file says that it is in ${told(name)}: only UTF-8 is read. Save it as UTF-8.`, 1);
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

  private stop(message: string, line = this.parser.line): never {
    throw unreadableXml(message, line);
  }
}

/** Words that may quote the file: no longer than they need be. */
const told = (words: string): string => {
  const plain = words.replace(/[^\P{C}]/gu, ' ').replace(/\.$/, '');
  return plain.length > 120 ? `${plain.slice(0, 120)}...` : plain;
};
