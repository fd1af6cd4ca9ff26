import { BSON, type Document } from 'bson';

/** One element of a BSON document, by its place in the buffer. */
export interface Element {
  type: number;
  name: string;
  start: number;
  /** Where its value begins. */
  value: number;
  end: number;
}

/**
 * The top-level elements of a document, without parsing what is inside them: what is passed on
 * stays byte for byte what the driver sent (parsing and writing again would change number types).
 * @throws RangeError on a type that is not BSON
 */
export function elementsOf(document: Buffer): Element[] {
  const elements: Element[] = [];
  const end = document.readInt32LE(0) - 1;
  for (let at = 4; at < end;) {
    const start = at;
    const type = document[at] as number;
    const nameEnd = document.indexOf(0, at + 1);
    const value = nameEnd + 1;
    at = value + lengthOf(document, type, value);
    elements.push({ type, name: document.toString('utf8', start + 1, nameEnd), start, value, end: at });
  }
  return elements;
}

function lengthOf(document: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x01: // double
    case 0x09: // date
    case 0x11: // timestamp
    case 0x12: // 64-bit integer
      return 8;
    case 0x02: // string
    case 0x0d: // code
    case 0x0e: // symbol
      return 4 + document.readInt32LE(at);
    case 0x03: // document
    case 0x04: // array
    case 0x0f: // code with scope
      return document.readInt32LE(at);
    case 0x05: // binary
      return 5 + document.readInt32LE(at);
    case 0x06: // undefined
    case 0x0a: // null
    case 0x7f: // largest key
    case 0xff: // smallest key
      return 0;
    case 0x07: // object id
      return 12;
    case 0x08: // boolean
      return 1;
    case 0x0b: // regular expression: two strings that end with a zero
      return document.indexOf(0, document.indexOf(0, at) + 1) + 1 - at;
    case 0x0c: // pointer to a document
      return 4 + document.readInt32LE(at) + 12;
    case 0x10: // 32-bit integer
      return 4;
    case 0x13: // decimal
      return 16;
    default:
      throw new RangeError(`BSON type ${type}`);
  }
}

/** A document of some of another's elements, their bytes unchanged. */
export function assemble(document: Buffer, elements: Element[]): Buffer {
  const length = elements.reduce((sum, { start, end }) => sum + end - start, 5);
  const assembled = Buffer.alloc(length);
  assembled.writeInt32LE(length, 0);
  let at = 4;
  for (const { start, end } of elements) at += document.copy(assembled, at, start, end);
  return assembled;
}

/** The value of one element, parsed. */
export function valueOf(document: Buffer, element: Element): unknown {
  return BSON.deserialize(assemble(document, [element]), { promoteBuffers: true })[element.name];
}

/** The documents that stand one after the other in `data`. */
export function splitDocuments(data: Buffer): Buffer[] {
  const documents: Buffer[] = [];
  for (let at = 0; at < data.length;) {
    const length = data.readInt32LE(at);
    documents.push(data.subarray(at, at + length));
    at += length;
  }
  return documents;
}

/** The documents of an array element. */
export function documentsIn(document: Buffer, array: Element): Buffer[] {
  const content = document.subarray(array.value, array.end);
  return elementsOf(content).map(({ value, end }) => content.subarray(value, end));
}

export const serialize = (document: Document): Buffer =>
  Buffer.from(BSON.serialize(document, { ignoreUndefined: true }));

/** Parses with every number kept in its own type, so that it can be written again unchanged. */
export const deserializeExactly = (document: Buffer): Document =>
  BSON.deserialize(document, { promoteValues: false });

export const deserialize = (document: Buffer): Document => BSON.deserialize(document);
