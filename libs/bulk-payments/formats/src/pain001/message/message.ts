import { type Instruction, type MessageHeader } from '../../payment-file';
import { type ErrorList } from '../../error-list';
import { SeenSet } from '../../seen-set';
import { type StructureError } from '../structure/structure-error';
import { type Element } from '../structure/field-tree';
import { Batch } from './batch';
import { DeclaredTotals } from './declared-totals';
import { InitiatingParty } from './initiating-party';
import { InstructionDraft } from './instruction-draft';

/** The message being read: its header, and instructions ready to be taken. */
export class Message {
  readonly totals = new DeclaredTotals('GrpHdr');
  readonly initiatingParty = new InitiatingParty();
  messageId: string | null = null;
  private openBatch: Batch | null = null;
  private openInstruction: InstructionDraft | null = null;
  /** Instructions so far. */
  total = 0;
  private batches = 0;
  private ready: Instruction[] = [];
  private readonly seen = new SeenSet();

  constructor(
    private readonly namespace: string,
    private readonly errors: ErrorList,
  ) {}

  /** The PmtInf that is being read. @throws Error outside of one */
  get batch(): Batch {
    return opened(this.openBatch, 'PmtInf');
  }

  /** The CdtTrfTxInf that is being read. @throws Error outside of one */
  get instruction(): InstructionDraft {
    return opened(this.openInstruction, 'CdtTrfTxInf');
  }

  /** Inside an instruction, an error of that line; elsewhere, of the file. */
  addError(error: StructureError): void {
    if (this.openInstruction) this.openInstruction.addError(error);
    else this.errors.add([error]);
  }

  beginBatch(): void {
    this.openBatch = new Batch(this.batches++);
  }

  endBatch(): void {
    this.errors.add(this.batch.totals.errors());
    this.openBatch = null;
  }

  beginInstruction({ line }: Element): void {
    this.total++;
    this.openInstruction = new InstructionDraft(this.total, line, this.batch);
  }

  endInstruction(element: Element): void {
    const draft = this.instruction;
    this.totals.add(draft.writtenAmount);
    this.batch.totals.add(draft.writtenAmount);
    const key = draft.duplicateKey();
    if (key !== null && this.seen.seen(key)) draft.addError(duplicate(element));
    this.ready.push(draft.toInstruction());
    this.openInstruction = null;
  }

  /** Call it after the end of the root element. */
  checkTotals(): void {
    this.errors.add(this.totals.errors());
    if (this.total === 0)
      this.errors.add([{ message: 'The file contains no instructions (CdtTrfTxInf).', reason: 'AM18' }]);
  }

  get waiting(): number {
    return this.ready.length;
  }

  takeReady(): Instruction[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  /** Null when the group header cannot be read. */
  header(): MessageHeader | null {
    const { messageId, namespace, totals } = this;
    if (messageId === null || totals.count === null) return null;
    return {
      namespace,
      messageId,
      initiatingParty: this.initiatingParty.canonical(),
      numberOfTransactions: totals.count.text,
      controlSum: totals.sum?.text ?? null,
    };
  }
}

const opened = <T>(part: T | null, name: string): T => {
  if (part === null) throw new Error(`No ${name} is open.`);
  return part;
};

const duplicate = (element: Element): StructureError => ({
  message:
    'The instruction is a duplicate: another has the same EndToEndId, amount, currency and creditor account.',
  line: element.line,
  pointer: element.pointer(),
  reason: 'AM05',
});
