import { type SaxesOptions, SaxesParser, type SaxesTagNS } from 'saxes';
import { unreadableXml } from './unreadable';

/** Most characters of a text, a tag, a DOCTYPE or consecutive comments, which the parser buffers as a whole. */
const MAX_PART = 65_536;
/** A pain.001 is about 15 levels deep; the rest is for supplementary envelopes. */
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 32;

const UTF8 = ['utf-8', 'utf8'];
const ASCII = ['us-ascii', 'ascii'];

export interface Tag {
  name: string;
  namespace: string;
  attributes: SaxesTagNS['attributes'];
}

/** Receives the content of a document in order. */
export interface XmlListener {
  /** `line`: on which the tag begins, from 1. */
  open(tag: Tag, line: number): void;
  addText(text: string): void;
  close(): void;
}

/** Throws at the first error, after which saxes would continue. */
class StrictParser extends SaxesParser<SaxesOptions & { xmlns: true }> {
  override fail(message: string): never {
    throw unreadableXml(`The file is not well-formed XML: ${shortened(message)}.`, this.line);
  }
}

/**
 * Parses well-formed XML 1.0 with namespaces into events, in bounded memory. A DTD is not allowed, so the only entities are
 * the five predefined ones. Anything else throws UnreadableFileError.
 */
export class XmlEvents {
  private readonly parser = new StrictParser({
    xmlns: true,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  });
  private depth = 0;
  private hasStarted = false;
  private isAscii = false;
  private tagLine = 1;
  /** Position at which the last part ended. */
  private partEnd = 0;
  /** Characters written. Between two slices the parser's own position is wrong. */
  private written = 0;

  /**
   * At most six handlers: with a seventh, V8 stores the parser's properties in a dictionary and parsing takes four times as
   * long (Node 20, saxes 6).
   */
  constructor(private readonly listener: XmlListener) {
    const { parser } = this;
    parser.on('doctype', () => this.stop('A DOCTYPE is not allowed: remove it and its entities.'));
    parser.on('opentagstart', () => this.startTag());
    parser.on('opentag', (tag) => this.open(tag));
    parser.on('closetag', () => this.close());
    parser.on('cdata', (text) => this.text(text));
    parser.on('text', (text) => this.text(text));
  }

  /** The current line, from 1. */
  get line(): number {
    return this.parser.line;
  }

  write(text: string): void {
    this.parser.write(text);
    this.written += text.length;
    this.checkLength(this.written);
    if (this.isAscii && /[^\x00-\x7f]/.test(text))
      this.stop('The file declares US-ASCII but contains other characters: declare UTF-8.');
  }

  /** Call it after the last slice. */
  end(): void {
    this.parser.close();
  }

  private startTag(): void {
    this.tagLine = this.parser.line;
    if (this.hasStarted) return;
    this.hasStarted = true;
    this.checkEncoding(this.parser.xmlDecl.encoding);
  }

  private open({ local, uri, attributes }: SaxesTagNS): void {
    this.endPart();
    if (++this.depth > MAX_DEPTH) this.stop(`Elements are nested more than ${MAX_DEPTH} deep.`);
    let count = 0;
    for (const name in attributes) {
      if (++count > MAX_ATTRIBUTES) this.stop(`An element has more than ${MAX_ATTRIBUTES} attributes.`);
      if (name === 'xmlns' || name.startsWith('xmlns:')) this.checkNamespace(attributes[name]?.value ?? '');
    }
    this.listener.open({ name: local, namespace: uri, attributes }, this.tagLine);
  }

  private close(): void {
    this.endPart();
    this.depth--;
    this.listener.close();
  }

  private text(text: string): void {
    this.endPart();
    this.listener.addText(text);
  }

  /** Namespaces are compared exactly (Namespaces in XML 1.0, 2.3), but saxes trims them. */
  private checkNamespace(namespace: string): void {
    if (namespace === namespace.trim()) return;
    this.stop(
      `The namespace "${shortened(namespace)}" begins or ends with white space: remove it, as namespaces are compared exactly.`,
    );
  }

  private checkEncoding(declared: string | undefined): void {
    const name = declared?.toLowerCase() ?? 'utf-8';
    this.isAscii = ASCII.includes(name);
    if (this.isAscii || UTF8.includes(name)) return;
    this.stop(
      `The file declares the encoding ${shortened(name)}, which is not supported: save it as UTF-8.`,
      1,
    );
  }

  /** Marks the end of a part. */
  private endPart(): void {
    const { position } = this.parser;
    this.checkLength(position);
    this.partEnd = position;
  }

  private checkLength(position: number): void {
    if (position - this.partEnd > MAX_PART)
      this.stop(`A text, tag, comment or DOCTYPE is longer than ${MAX_PART} characters.`);
  }

  private stop(message: string, line = this.parser.line): never {
    throw unreadableXml(message, line);
  }
}

/** Shortens words that may quote the file. */
const shortened = (words: string): string => {
  const plain = words.replace(/[^\P{C}]/gu, ' ').replace(/\.$/, '');
  return plain.length > 120 ? `${plain.slice(0, 120)}...` : plain;
};
