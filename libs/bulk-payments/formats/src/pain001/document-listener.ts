import { type ErrorList } from '../error-list';
import { FIELDS } from './message/fields';
import { Message } from './message/message';
import { quote, shortName } from './structure/structure-error';
import { StructureReader } from './structure/structure-reader';
import { formatOf, type PainFormat, STRUCTURES, SUPPORTED } from './structure/versions';
import { unreadableXml } from './xml/unreadable';
import { type Tag, type XmlListener } from './xml/xml-events';

/** Selects the version of a document by its root element, and passes events to that version's structure. */
export class DocumentListener implements XmlListener {
  format: PainFormat | null = null;
  message: Message | null = null;
  private structure: StructureReader<Message> | null = null;

  constructor(private readonly errors: ErrorList) {}

  open(tag: Tag, line: number): void {
    this.structure ??= this.createReader(tag, line);
    this.structure.open(tag, line);
  }

  addText(text: string): void {
    this.structure?.addText(text);
  }

  close(): void {
    this.structure?.close();
  }

  private createReader({ name, namespace }: Tag, line: number): StructureReader<Message> {
    const format = formatOf(namespace);
    if (format === null) {
      const found = namespace === '' ? 'no namespace' : `the namespace ${quote(namespace, 100)}`;
      throw unreadableXml(
        `${shortName(name)} is in ${found}, which is not supported: use ${SUPPORTED}.`,
        line,
        `/${shortName(name)}`,
      );
    }
    if (name !== 'Document')
      throw unreadableXml(
        `The root element is ${shortName(name)}: expected Document.`,
        line,
        `/${shortName(name)}`,
      );
    this.format = format;
    this.message = new Message(namespace, this.errors);
    const root = { name, position: 0, min: 1, max: 1, type: STRUCTURES[format] };
    return new StructureReader(root, namespace, FIELDS, this.message);
  }
}
