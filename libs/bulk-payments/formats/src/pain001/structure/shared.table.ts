import { type StructureTable } from './notation';

/** Sequences of elements that several versions share. */
export const RUNS = {
  header:
    'MsgId:text35 CreDtTm:dateTime Authstn{2}:authorisation NbOfTxs:count CtrlSum?:decimal18.17 InitgPty:party FwdgAgt?:agent',
  batchSums: 'BtchBookg?:boolean NbOfTxs?:count CtrlSum?:decimal18.17 PmtTpInf?:paymentType',
  debtor: 'Dbtr:party DbtrAcct:account DbtrAgt:agent DbtrAgtAcct?:account',
  charges:
    'UltmtDbtr?:party ChrgBr?:chargeBearer ChrgsAcct?:account ChrgsAcctAgt?:agent CdtTrfTxInf+:instruction',
  amount:
    'PmtId:paymentId PmtTpInf?:paymentType Amt:amountChoice XchgRateInf?:exchangeRate ChrgBr?:chargeBearer',
  parties:
    'ChqInstr?:cheque UltmtDbtr?:party IntrmyAgt1?:agent IntrmyAgt1Acct?:account IntrmyAgt2?:agent ' +
    'IntrmyAgt2Acct?:account IntrmyAgt3?:agent IntrmyAgt3Acct?:account CdtrAgt?:agent CdtrAgtAcct?:account ' +
    'Cdtr?:party CdtrAcct?:account UltmtCdtr?:party InstrForCdtrAgt*:creditorAgentInstruction',
  purpose:
    'Purp?:code4OrText RgltryRptg{10}:regulatoryReporting Tax?:tax RltdRmtInf{10}:remittanceLocation RmtInf?:remittance',
  cheque:
    'ChqTp?:CCHQ/CCCH/BCHQ/DRFT/ELDR ChqNb?:text35 ChqFr?:nameAndAddress DlvryMtd?:chequeDelivery ' +
    'DlvrTo?:nameAndAddress InstrPrty?:HIGH/NORM ChqMtrtyDt?:date FrmsCd?:text35 MemoFld{2}:text35 ' +
    'RgnlClrZone?:text35 PrtLctn?:text35',
  taxTotals:
    'RefNb?:text140 Mtd?:text35 TtlTaxblBaseAmt?:amount TtlTaxAmt?:amount Dt?:date SeqNb?:decimal18.0 Rcrd*:taxRecord',
} as const;

/**
 * Types that all versions of pain.001 share. The notation is described in `notation.ts`. Names of elements are those of
 * ISO 20022 (message definition "CustomerCreditTransferInitiation").
 */
export const SHARED: StructureTable = {
  document: 'CstmrCdtTrfInitn:initiation',

  accountId: 'IBAN:iban | Othr:otherAccount',
  otherAccount: 'Id:text34 SchmeNm?:code4OrText Issr?:text35',

  agent: 'FinInstnId:institution BrnchId?:branch',
  clearingMember: 'ClrSysId?:code5OrText MmbId:text35',
  otherId: 'Id:text35 SchmeNm?:code4OrText Issr?:text35',

  code4OrText: 'Cd:text4 | Prtry:text35',
  code5OrText: 'Cd:text5 | Prtry:text35',
  localInstrument: 'Cd:text35 | Prtry:text35',

  partyId: 'OrgId:organisationId | PrvtId:personId',
  personId: 'DtAndPlcOfBirth?:birth Othr*:otherId',
  birth: 'BirthDt:date PrvcOfBirth?:text35 CityOfBirth:text35 CtryOfBirth:country',
  nameAndAddress: 'Nm:text140 Adr:address',
  authorisation: 'Cd:AUTH/FDET/FSUM/ILEV | Prtry:text128',

  amountChoice: 'InstdAmt:amount | EqvtAmt:equivalentAmount',
  chargeBearer: 'DEBT/CRED/SHAR/SLEV',
  equivalentAmount: 'Amt:amount CcyOfTrf:currency',

  chequeDelivery: 'Cd:MLDB/MLCD/MLFA/CRDB/CRCD/CRFA/PUDB/PUCD/PUFA/RGDB/RGCD/RGFA | Prtry:text35',

  regulatoryReporting: 'DbtCdtRptgInd?:CRED/DEBT/BOTH Authrty?:authority Dtls*:reportingDetails',
  authority: 'Nm?:text140 Ctry?:country',
  reportingDetails: 'Tp?:text35 Dt?:date Ctry?:country Cd?:text10 Amt?:amount Inf*:text35',

  remittance: 'Ustrd*:text140 Strd*:structuredRemittance',
  documentType: 'CdOrPrtry:documentCode Issr?:text35',
  adjustment: 'Amt:amount CdtDbtInd?:CRDT/DBIT Rsn?:text4 AddtlInf?:text140',
  creditorReference: 'Tp?:creditorReferenceType Ref?:text35',
  creditorReferenceType: 'CdOrPrtry:creditorReferenceCode Issr?:text35',
  creditorReferenceCode: 'Cd:RADM/RPIN/FXDR/DISP/PUOR/SCOR | Prtry:text35',

  taxParty: 'TaxId?:text35 RegnId?:text35 TaxTp?:text35',
  taxDebtor: 'TaxId?:text35 RegnId?:text35 TaxTp?:text35 Authstn?:taxAuthorisation',
  taxAuthorisation: 'Titl?:text35 Nm?:text140',
  taxRecord:
    'Tp?:text35 Ctgy?:text35 CtgyDtls?:text35 DbtrSts?:text35 CertId?:text35 FrmsCd?:text35 Prd?:taxPeriod ' +
    'TaxAmt?:taxAmount AddtlInf?:text140',
  taxAmount: 'Rate?:decimal11.10 TaxblBaseAmt?:amount TtlAmt?:amount Dtls*:taxRecordDetails',
  taxRecordDetails: 'Prd?:taxPeriod Amt:amount',
  taxPeriodCode: 'MM01/MM02/MM03/MM04/MM05/MM06/MM07/MM08/MM09/MM10/MM11/MM12/QTR1/QTR2/QTR3/QTR4/HLF1/HLF2',
  datePeriod: 'FrDt:date ToDt:date',
};
