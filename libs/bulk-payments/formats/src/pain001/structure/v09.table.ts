import { type StructureTable } from './notation';
import { RUNS } from './shared.table';

/** Types of pain.001.001.09 (2019); tables of later versions contain only the differences. */
export const V09: StructureTable = {
  initiation: 'GrpHdr:header PmtInf+:batch SplmtryData*:supplement',
  header: RUNS.header,
  batch:
    `PmtInfId:text35 PmtMtd:CHK/TRF/TRA ${RUNS.batchSums} ReqdExctnDt:dateOrTime PoolgAdjstmntDt?:date ` +
    `${RUNS.debtor} InstrForDbtrAgt?:text140 ${RUNS.charges}`,
  instruction:
    `${RUNS.amount} ${RUNS.parties} InstrForDbtrAgt?:text140 ${RUNS.purpose} ` + 'SplmtryData*:supplement',
  dateOrTime: 'Dt:date | DtTm:dateTime',
  supplement: 'PlcAndNm?:text350 Envlp:any',

  paymentId: 'InstrId?:text35 EndToEndId:text35 UETR?:uuid4',
  paymentType: 'InstrPrty?:HIGH/NORM SvcLvl*:code4OrText LclInstrm?:localInstrument CtgyPurp?:code4OrText',
  exchangeRate: 'UnitCcy?:currency XchgRate?:decimal11.10 RateTp?:SPOT/SALE/AGRD CtrctId?:text35',
  cheque: `${RUNS.cheque} Sgntr{5}:text70`,
  creditorAgentInstruction: 'Cd?:CHQB/HOLD/PHOB/TELB InstrInf?:text140',

  account: 'Id:accountId Tp?:code4OrText Ccy?:currency Nm?:text70 Prxy?:proxy',
  proxy: 'Tp?:code4OrText Id:text2048',
  institution:
    'BICFI?:bic2014 ClrSysMmbId?:clearingMember LEI?:lei Nm?:text140 PstlAdr?:address Othr?:otherId',
  branch: 'Id?:text35 LEI?:lei Nm?:text140 PstlAdr?:address',

  party: 'Nm?:text140 PstlAdr?:address Id?:partyId CtryOfRes?:country CtctDtls?:contact',
  organisationId: 'AnyBIC?:partyBic2014 LEI?:lei Othr*:otherId',
  address:
    'AdrTp?:addressType Dept?:text70 SubDept?:text70 StrtNm?:text70 BldgNb?:text16 BldgNm?:text35 Flr?:text70 ' +
    'PstBx?:text16 Room?:text70 PstCd?:text16 TwnNm?:text35 TwnLctnNm?:text35 DstrctNm?:text35 ' +
    'CtrySubDvsn?:text35 Ctry?:country AdrLine{7}:text70',
  addressType: 'Cd:ADDR/PBOX/HOME/BIZZ/MLTO/DLVY | Prtry:genericId',
  genericId: 'Id:alphanumeric4 Issr:text35 SchmeNm?:text35',
  contact:
    'NmPrfx?:DOCT/MADM/MISS/MIST/MIKS Nm?:text140 PhneNb?:phone MobNb?:phone FaxNb?:phone EmailAdr?:text2048 ' +
    'EmailPurp?:text35 JobTitl?:text35 Rspnsblty?:text35 Dept?:text70 Othr*:otherContact ' +
    'PrefrdMtd?:LETT/MAIL/PHON/FAXX/CELL',
  otherContact: 'ChanlTp:text4 Id?:text128',

  remittanceLocation: 'RmtId?:text35 RmtLctnDtls*:remittancePlace',
  remittancePlace: 'Mtd:FAXI/EDIC/URID/EMAL/POST/SMSM ElctrncAdr?:text2048 PstlAdr?:nameAndAddress',
  structuredRemittance:
    'RfrdDocInf*:referredDocument RfrdDocAmt?:documentAmounts CdtrRefInf?:creditorReference Invcr?:party ' +
    'Invcee?:party TaxRmt?:taxRemittance GrnshmtRmt?:garnishment AddtlRmtInf{3}:text140',
  referredDocument: 'Tp?:documentType Nb?:text35 RltdDt?:date LineDtls*:documentLine',
  documentCode:
    'Cd:MSIN/CNFA/DNFA/CINV/CREN/DEBN/HIRI/SBIN/CMCN/SOAC/DISP/BOLD/VCHR/AROI/TSUT/PUOR | Prtry:text35',
  documentLine: 'Id+:documentLineId Desc?:text2048 Amt?:documentAmounts',
  documentLineId: 'Tp?:typeWithIssuer Nb?:text35 RltdDt?:date',
  typeWithIssuer: 'CdOrPrtry:code4OrText Issr?:text35',
  documentAmounts:
    'DuePyblAmt?:amount DscntApldAmt*:typedAmount CdtNoteAmt?:amount TaxAmt*:typedAmount ' +
    'AdjstmntAmtAndRsn*:adjustment RmtdAmt?:amount',
  typedAmount: 'Tp?:code4OrText Amt:amount',
  garnishment:
    'Tp:typeWithIssuer Grnshee?:party GrnshmtAdmstr?:party RefNb?:text140 Dt?:date RmtdAmt?:amount ' +
    'FmlyMdclInsrncInd?:boolean MplyeeTermntnInd?:boolean',

  tax: `Cdtr?:taxParty Dbtr?:taxDebtor AdmstnZone?:text35 ${RUNS.taxTotals}`,
  taxRemittance: `Cdtr?:taxParty Dbtr?:taxDebtor UltmtDbtr?:taxDebtor AdmstnZone?:text35 ${RUNS.taxTotals}`,
  taxPeriod: 'Yr?:date Tp?:taxPeriodCode FrToDt?:datePeriod',
};
