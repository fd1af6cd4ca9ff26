/** Creditors that don't exist; their IBANs are the examples of the national standards. */
const CREDITORS = [
  ['Bergmann Werkzeugbau', 'DE89370400440532013000'],
  ['Lumière Traiteur', 'FR1420041010050500013M02606'],
  ['Van Dijk Bloemen', 'NL91ABNA0417164300'],
  ['Alpenblick Hotel', 'AT611904300234573201'],
  ['Frituur De Markt', 'BE68539007547034'],
  ['Talleres Costa', 'ES9121000418450200051332'],
] as const;

/** Cents of the n-th instruction, from 1: no two neighbours alike. */
const amountOf = (n: number): bigint => BigInt(100 + ((n * 7_919) % 250_000));

const decimal = (cents: bigint): string => `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`;

const instruction = (n: number, messageId: string): string => {
  const [name, iban] = CREDITORS[n % CREDITORS.length]!;
  return `
      <CdtTrfTxInf>
        <PmtId><InstrId>I-${n}</InstrId><EndToEndId>${messageId.slice(0, 20)}-${n}</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">${decimal(amountOf(n))}</InstdAmt></Amt>
        <CdtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></CdtrAgt>
        <Cdtr>
          <Nm>${name}</Nm>
          <PstlAdr><StrtNm>Hauptstrasse</StrtNm><BldgNb>${1 + (n % 99)}</BldgNb><PstCd>${10_000 + (n % 89_999)}</PstCd><TwnNm>Musterstadt</TwnNm><Ctry>${iban.slice(0, 2)}</Ctry></PstlAdr>
        </Cdtr>
        <CdtrAcct><Id><IBAN>${iban}</IBAN></Id></CdtrAcct>
        <Purp><Cd>SUPP</Cd></Purp>
        <RmtInf><Ustrd>Invoice ${n} of ${messageId}, with thanks for the delivery. Please quote this number when you write to us about it.</Ustrd></RmtInf>
      </CdtTrfTxInf>`;
};

/** A pain.001.001.09 with that many instructions in one batch, piece by piece; count and control sum are right. */
export function* pain001(instructions: number, messageId: string): Generator<string> {
  let sum = 0n;
  for (let n = 1; n <= instructions; n++) sum += amountOf(n);
  yield `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>${messageId}</MsgId>
      <CreDtTm>2026-11-25T09:00:00Z</CreDtTm>
      <NbOfTxs>${instructions}</NbOfTxs>
      <CtrlSum>${decimal(sum)}</CtrlSum>
      <InitgPty><Nm>Muster Treuhand</Nm></InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>${messageId.slice(0, 30)}-P1</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <NbOfTxs>${instructions}</NbOfTxs>
      <CtrlSum>${decimal(sum)}</CtrlSum>
      <ReqdExctnDt><Dt>2026-12-01</Dt></ReqdExctnDt>
      <Dbtr><Nm>Muster Treuhand</Nm></Dbtr>
      <DbtrAcct><Id><IBAN>CH9300762011623852957</IBAN></Id></DbtrAcct>
      <DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>`;
  for (let n = 1; n <= instructions; n++) yield instruction(n, messageId);
  yield `
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
`;
}
