/**
 * MongoDB's wire protocol, as much of it as drivers speak today: OP_MSG, and OP_QUERY for the first hello.
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */

const opReply = 1;
const opQuery = 2004;
const opMessage = 2013;
const headerBytes = 16;
const longestMessage = 48_000_000;

const checksumPresent = 1;
const moreToCome = 2;

/** A list of documents sent beside the command, e.g. an insert's. `data`: the documents, one after the other. */
export interface Sequence {
  name: string;
  data: Buffer;
}

export interface Request {
  id: number;
  /** The command's BSON document. */
  body: Buffer;
  sequences: Sequence[];
  /** An unacknowledged write: nobody reads an answer. */
  silent: boolean;
  /** Came as OP_QUERY: the answer goes as OP_REPLY. */
  legacy: boolean;
}

/** Cuts the stream of a connection into messages. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private bytes = 0;

  /** @throws RangeError when the peer announces a message no driver would send */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    const frames: Buffer[] = [];
    for (
      let length = this.announced();
      length !== undefined && this.bytes >= length;
      length = this.announced()
    ) {
      const all =
        this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks, this.bytes);
      frames.push(all.subarray(0, length));
      this.chunks = all.length > length ? [all.subarray(length)] : [];
      this.bytes -= length;
    }
    return frames;
  }

  private announced(): number | undefined {
    if (this.bytes < headerBytes) return undefined;
    if ((this.chunks[0] as Buffer).length < 4) this.chunks = [Buffer.concat(this.chunks, this.bytes)];
    const length = (this.chunks[0] as Buffer).readInt32LE(0);
    if (length < headerBytes || length > longestMessage) throw new RangeError(`message of ${length} bytes`);
    return length;
  }
}

/** @throws RangeError on a kind of message that is not supported */
export function parseRequest(frame: Buffer): Request {
  const id = frame.readInt32LE(4);
  const operation = frame.readInt32LE(12);
  if (operation === opQuery) {
    // flags, name of the collection, skip, limit, document
    const at = frame.indexOf(0, 20) + 1 + 8;
    return {
      id,
      body: frame.subarray(at, at + frame.readInt32LE(at)),
      sequences: [],
      silent: false,
      legacy: true,
    };
  }
  if (operation !== opMessage) throw new RangeError(`operation ${operation}`);
  return { id, ...parseSections(frame), legacy: false };
}

function parseSections(frame: Buffer): Pick<Request, 'body' | 'sequences' | 'silent'> {
  const flags = frame.readUInt32LE(headerBytes);
  const end = frame.length - (flags & checksumPresent ? 4 : 0);
  const sequences: Sequence[] = [];
  let body: Buffer | undefined;
  for (let at = headerBytes + 4; at < end;) {
    const kind = frame[at];
    const start = at + 1;
    at = start + frame.readInt32LE(start);
    if (kind === 0) {
      body = frame.subarray(start, at);
    } else {
      const nameEnd = frame.indexOf(0, start + 4);
      sequences.push({
        name: frame.toString('utf8', start + 4, nameEnd),
        data: frame.subarray(nameEnd + 1, at),
      });
    }
  }
  if (!body) throw new RangeError('message without a command');
  return { body, sequences, silent: (flags & moreToCome) !== 0 };
}

/** The message that answers `request` with `document`. */
export function encodeReply(request: Pick<Request, 'id' | 'legacy'>, document: Buffer): Buffer {
  const headLength = request.legacy ? headerBytes + 20 : headerBytes + 5;
  const head = Buffer.alloc(headLength);
  head.writeInt32LE(headLength + document.length, 0);
  head.writeInt32LE(request.id, 8);
  head.writeInt32LE(request.legacy ? opReply : opMessage, 12);
  if (request.legacy) {
    const awaitCapable = 8;
    head.writeInt32LE(awaitCapable, headerBytes);
    head.writeInt32LE(1, headLength - 4);
  }
  return Buffer.concat([head, document]);
}
