import {
  BSON,
  BSONRegExp,
  Binary,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { assemble, documentsIn, elementsOf, splitDocuments, valueOf } from './bson-walk';

const bytes = (document: object): Buffer => Buffer.from(BSON.serialize(document));

const everyType = {
  double: new Double(1.5),
  string: 'ü',
  document: { a: { b: 1 } },
  array: [1, [2], {}],
  binary: new Binary(Buffer.from('abc')),
  oldBinary: new Binary(Buffer.from('abc'), Binary.SUBTYPE_BYTE_ARRAY),
  id: new ObjectId(),
  boolean: true,
  date: new Date(0),
  nothing: null,
  regex: new BSONRegExp('a.b', 'i'),
  reference: new DBRef('collection', new ObjectId()),
  code: new Code('return 1'),
  codeWithScope: new Code('return x', { x: 1 }),
  int: new Int32(7),
  timestamp: new Timestamp({ t: 1, i: 2 }),
  long: Long.fromString('9007199254740993'),
  decimal: Decimal128.fromString('1.10'),
  smallest: new MinKey(),
  largest: new MaxKey(),
};

describe('the walk over a document', () => {
  it('finds every element of every type, and puts the same bytes together again', () => {
    const document = bytes(everyType);
    const elements = elementsOf(document);
    expect(elements.map(({ name }) => name)).toEqual(Object.keys(everyType));
    expect(assemble(document, elements)).toEqual(document);
  });

  it('leaves out elements without touching the others', () => {
    const document = bytes(everyType);
    const { int, ...others } = everyType;
    const kept = elementsOf(document).filter(({ name }) => name !== 'int');
    expect(assemble(document, kept)).toEqual(bytes(others));
    expect(int.valueOf()).toBe(7);
  });

  it('agrees with the library on any document', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer()),
    );
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0') && text !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, value), (document) => {
        const serialized = bytes(document);
        const elements = elementsOf(serialized);
        expect(assemble(serialized, elements)).toEqual(serialized);
        expect(elements.map((element) => valueOf(serialized, element))).toEqual(
          Object.values(BSON.deserialize(serialized)),
        );
      }),
    );
  });

  it('refuses what is no BSON type', () => {
    const document = bytes({ a: 1 });
    document[4] = 0x42;
    expect(() => elementsOf(document)).toThrow('BSON type 66');
  });

  it('splits documents in a row and in an array', () => {
    const documents = [bytes({ a: 1 }), bytes({}), bytes({ b: 'x' })];
    expect(splitDocuments(Buffer.concat(documents))).toEqual(documents);
    const command = bytes({ documents: [{ a: 1 }, {}, { b: 'x' }] });
    const [array] = elementsOf(command);
    expect(array && documentsIn(command, array)).toEqual(documents);
  });
});
