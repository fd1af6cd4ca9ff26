import { assemble, documentsIn, elementsOf, splitDocuments, valueOf, type Element } from './bson-walk';
import type { Request, Sequence } from './wire';

/** What only concerns the driver's session and the routing in a cluster; the engine does not know these. */
const sessionFields = new Set([
  'lsid',
  '$db',
  '$clusterTime',
  'txnNumber',
  'startTransaction',
  'autocommit',
  'readConcern',
  'writeConcern',
  '$readPreference',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'stmtId',
  'stmtIds',
]);

/** A command as a driver sent it. */
export class Command {
  readonly name: string;
  readonly database: string;
  /** Identifies the driver's session, when the command belongs to one. */
  readonly session?: string;
  readonly transactionNumber?: string;
  readonly inTransaction: boolean;
  readonly startsTransaction: boolean;
  readonly sequences: Sequence[];
  private readonly elements: Element[];
  private readonly bytes: Buffer;

  constructor(request: Pick<Request, 'body' | 'sequences'>) {
    this.bytes = request.body;
    this.sequences = request.sequences;
    this.elements = elementsOf(this.bytes);
    this.name = this.elements[0]?.name ?? '';
    this.database = this.get<string>('$db') ?? 'admin';
    this.session = this.get<{ id: Buffer }>('lsid')?.id.toString('hex');
    const number = this.get<number | bigint>('txnNumber');
    this.transactionNumber = number === undefined ? undefined : String(number);
    this.inTransaction = this.get('autocommit') === false;
    this.startsTransaction = this.get('startTransaction') === true;
  }

  /** Identifies a write that a driver may send again: it must take effect once. */
  get retryId(): string | undefined {
    const repeatable =
      !this.inTransaction && this.session !== undefined && this.transactionNumber !== undefined;
    return repeatable ? `${this.session}:${this.transactionNumber}` : undefined;
  }

  /** The value of the first element, mostly the collection's name. */
  get target(): unknown {
    return this.elements[0] && valueOf(this.bytes, this.elements[0]);
  }

  get<T>(name: string): T | undefined {
    const element = this.elements.find((candidate) => candidate.name === name);
    return element && (valueOf(this.bytes, element) as T);
  }

  /** The command without its session fields, and without `omitted`. */
  body(omitted?: string): Buffer {
    return assemble(
      this.bytes,
      this.elements.filter(({ name }) => !sessionFields.has(name) && name !== omitted),
    );
  }

  /** The bytes of a document inside the command. */
  document(name: string): Buffer | undefined {
    const element = this.elements.find((candidate) => candidate.name === name);
    return element && this.bytes.subarray(element.value, element.end);
  }

  /** The documents of `name`, whether they came inside the command or beside it. */
  documents(name: string): Buffer[] {
    const sequence = this.sequences.find((candidate) => candidate.name === name);
    if (sequence) return splitDocuments(sequence.data);
    const element = this.elements.find((candidate) => candidate.name === name);
    return element ? documentsIn(this.bytes, element) : [];
  }
}
