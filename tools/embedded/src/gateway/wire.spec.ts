import { BSON } from 'bson';
import fc from 'fast-check';
import { encodeReply, FrameReader, parseRequest } from './wire';

const document = (value: object): Buffer => Buffer.from(BSON.serialize(value));

function message(operation: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const header = Buffer.alloc(16);
  [16 + content.length, 7, 0, operation].forEach((value, i) => header.writeInt32LE(value, 4 * i));
  return Buffer.concat([header, content]);
}

const flags = (value: number): Buffer => Buffer.from([value, 0, 0, 0]);

function sequence(name: string, ...documents: Buffer[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents]);
  const size = Buffer.alloc(4);
  size.writeInt32LE(4 + content.length);
  return Buffer.concat([Buffer.from([1]), size, content]);
}

const ping = message(2013, flags(0), Buffer.from([0]), document({ ping: 1 }));

describe('wire messages', () => {
  it('are cut out of the stream however it arrives', () => {
    const stream = Buffer.concat([ping, ping, ping]);
    const cuts = fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (positions) => {
        const reader = new FrameReader();
        const ends = [...positions.sort((a, b) => a - b), stream.length];
        const frames = ends.flatMap((end, i) => reader.push(stream.subarray(ends[i - 1] ?? 0, end)));
        expect(frames).toEqual([ping, ping, ping]);
      }),
    );
  });

  it('of an absurd length are refused', () => {
    const absurd = Buffer.from(ping);
    absurd.writeInt32LE(0x7fffffff, 0);
    expect(() => new FrameReader().push(absurd)).toThrow(RangeError);
  });

  it('carry a command and sequences of documents', () => {
    const documents = [document({ a: 1 }), document({ a: 2 })];
    const insert = message(
      2013,
      flags(2),
      sequence('documents', ...documents),
      Buffer.from([0]),
      document({ insert: 'c' }),
    );
    expect(parseRequest(insert)).toEqual({
      id: 7,
      body: document({ insert: 'c' }),
      sequences: [{ name: 'documents', data: Buffer.concat(documents) }],
      silent: true,
      legacy: false,
    });
  });

  it('may end with a checksum', () => {
    const summed = message(
      2013,
      flags(1),
      Buffer.from([0]),
      document({ ping: 1 }),
      Buffer.from([1, 2, 3, 4]),
    );
    expect(parseRequest(summed)).toMatchObject({ body: document({ ping: 1 }), silent: false });
  });

  it('of the old kind carry the first hello', () => {
    const query = message(
      2004,
      flags(0),
      Buffer.from('admin.$cmd\0'),
      Buffer.alloc(8),
      document({ hello: 1 }),
    );
    expect(parseRequest(query)).toMatchObject({ body: document({ hello: 1 }), legacy: true });
  });

  it('of other kinds are refused', () => {
    expect(() => parseRequest(message(2012, flags(0)))).toThrow('operation 2012');
  });

  it('answer in the kind they came in', () => {
    const reply = document({ ok: 1 });
    const modern = encodeReply({ id: 7, legacy: false }, reply);
    expect([modern.readInt32LE(0), modern.readInt32LE(8), modern.readInt32LE(12)]).toEqual([
      modern.length,
      7,
      2013,
    ]);
    expect(modern.subarray(21)).toEqual(reply);
    const legacy = encodeReply({ id: 7, legacy: true }, reply);
    expect([legacy.readInt32LE(0), legacy.readInt32LE(12), legacy.readInt32LE(32)]).toEqual([
      legacy.length,
      1,
      1,
    ]);
    expect(legacy.subarray(36)).toEqual(reply);
  });
});
