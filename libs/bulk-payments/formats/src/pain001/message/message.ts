import { type Instruction, type MessageHeader } from '../../payment-file';
import { type ErrorList } from '../../error-list';
import { SeenSet } from '../../seen-set';
import { type Fault } from '../structure/fault';
import { type Element } from '../structure/field-tree';
import { Batch } from './batch';
import { DeclaredTotals } from './declared-totals';
import { InitiatingParty } from './initiating-party';
import { InstructionDraft } from './instruction-draft';

/** What is made of a message while it is read: its header, and instructions that wait to be fetched. */
export class Message {
  readonly totals = new DeclaredTotals('GrpHdr');
  readonly initiatingParty = new InitiatingParty();
  messageId: string | null = null;
  private openBatch: Batch | null = null;
  private openInstruction: InstructionDraft | null = null;
  /** Instructions begun. */
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
  fault(fault: Fault): void {
    if (this.openInstruction) this.openInstruction.addError(fault);
    else this.errors.add([fault]);
  }

  beginBatch(): void {
    this.openBatch = new Batch(this.batches++);
  }

  endBatch(): void {
    this.errors.add(this.batch.totals.faults());
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
    this.ready.push(draft.finished());
    this.openInstruction = null;
  }

  /** After the root has ended. */
  end(): void {
    this.errors.add(this.totals.faults());
    if (this.total === 0)
      this.errors.add([{ message: 'The file has no instruction (CdtTrfTxInf) to pay.', reason: 'AM18' }]);
  }

  get waiting(): number {
    return this.ready.length;
  }

  take(): Instruction[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  /** Null: the group header can't be read. */
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

const duplicate = (element: Element): Fault => ({
  message:
    'The instruction is there twice: another has the same EndToEndId, amount, currency and creditor account.',
  line: element.line,
  pointer: element.pointer(),
  reason: 'AM05',
});
