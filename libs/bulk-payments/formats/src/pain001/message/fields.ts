import { type Field, fieldTree } from '../structure/field-tree';
import { type Message } from './message';

const DEBTOR_ACCOUNT = 'AC02';

/** A text field that is set when it is valid. */
const valid = (set: (message: Message, text: string) => void): Field<Message> => ({
  close: (message, element) => {
    if (element.isValid) set(message, element.text);
  },
});

/** A text field of the current instruction. */
const part = (set: (draft: Message['instruction'], text: string) => void): Field<Message> =>
  valid((message, text) => set(message.instruction, text));

/** In .03 the element itself, in later versions one of two children. */
const executionDate = valid((message, text) => {
  if (text !== '') message.batch.executionDate = text;
});

const creditorBic = part((draft, text) => {
  draft.creditor.bic = text;
});

const initiatingParty: Field<Message> = {
  deep: true,
  close: (message, element) => {
    if (element.text !== '')
      message.initiatingParty.add(element.pointer().replace(/^.*\/InitgPty\//, ''), element.text);
  },
};

const HEADER: Record<string, Field<Message>> = {
  MsgId: valid((message, text) => {
    message.messageId = text;
  }),
  NbOfTxs: { close: (message, element) => message.totals.declareCount(element) },
  CtrlSum: { close: (message, element) => message.totals.declareSum(element) },
  'InitgPty/Nm': initiatingParty,
  'InitgPty/Id': initiatingParty,
};

const BATCH: Record<string, Field<Message>> = {
  PmtInfId: valid((message, text) => {
    message.batch.id = text;
  }),
  PmtMtd: {
    close: (message, element) => {
      if (element.text !== 'CHK') return;
      const text = 'PmtMtd is CHK, but cheques are not supported: use TRF or TRA.';
      const { line } = element;
      message.batch.reject({ message: text, line, pointer: element.pointer(), reason: 'NARR' }, 'NARR');
    },
  },
  NbOfTxs: { close: (message, element) => message.batch.totals.declareCount(element) },
  CtrlSum: { close: (message, element) => message.batch.totals.declareSum(element) },
  ReqdExctnDt: executionDate,
  'ReqdExctnDt/Dt': executionDate,
  'ReqdExctnDt/DtTm': executionDate,
  'DbtrAcct/Id/IBAN': { error: (message, error) => message.batch.reject(error, DEBTOR_ACCOUNT) },
  'DbtrAgt/FinInstnId/BIC': { error: (message, error) => message.batch.reject(error, error.reason) },
  'DbtrAgt/FinInstnId/BICFI': { error: (message, error) => message.batch.reject(error, error.reason) },
};

const INSTRUCTION: Record<string, Field<Message>> = {
  'PmtId/InstrId': part((draft, text) => {
    draft.instructionId = text;
  }),
  'PmtId/EndToEndId': part((draft, text) => {
    draft.endToEndId = text;
  }),
  'Amt/InstdAmt': { close: (message, element) => message.instruction.setAmount(element) },
  'Amt/EqvtAmt/Amt': {
    close: (message, element) => {
      message.instruction.writtenAmount = element.text;
      const text =
        'EqvtAmt is not supported, because it needs an exchange rate: give the amount as InstdAmt.';
      message.addError({ message: text, line: element.line, pointer: element.pointer(), reason: 'NARR' });
    },
  },
  'CdtrAgt/FinInstnId/BIC': creditorBic,
  'CdtrAgt/FinInstnId/BICFI': creditorBic,
  'Cdtr/Nm': part((draft, text) => {
    draft.creditor.name = text;
  }),
  'CdtrAcct/Id/IBAN': part((draft, text) => {
    draft.creditor.iban = text;
  }),
  'CdtrAcct/Id/Othr/Id': part((draft, text) => {
    draft.creditor.account = text;
  }),
  'RmtInf/Ustrd': part((draft, text) => draft.addRemittance(text)),
  'RmtInf/Strd/CdtrRefInf/Ref': part((draft, text) => {
    draft.creditorReference ??= text;
  }),
};

const under = (path: string, fields: Record<string, Field<Message>>): Record<string, Field<Message>> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [`${path}/${name}`, field]));

/** Handlers of all elements that are read, by their path below the document element. */
export const FIELDS = fieldTree<Message>({
  ...under('CstmrCdtTrfInitn/GrpHdr', HEADER),
  'CstmrCdtTrfInitn/PmtInf': {
    open: (message) => message.beginBatch(),
    close: (message) => message.endBatch(),
  },
  ...under('CstmrCdtTrfInitn/PmtInf', BATCH),
  'CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf': {
    open: (message, element) => message.beginInstruction(element),
    close: (message, element) => message.endInstruction(element),
  },
  ...under('CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf', INSTRUCTION),
});
