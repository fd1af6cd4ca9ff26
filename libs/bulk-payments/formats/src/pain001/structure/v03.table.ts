import { type StructureTable } from './notation';
import { RUNS } from './shared.table';

/** Types of pain.001.001.03 (2009). */
export const V03: StructureTable = {
  initiation: 'GrpHdr:header PmtInf+:batch',
  header: RUNS.header,
  batch: `PmtInfId:text35 PmtMtd:CHK/TRF/TRA ${RUNS.batchSums} ReqdExctnDt:date PoolgAdjstmntDt?:date ${RUNS.debtor} ${RUNS.charges}`,
  instruction: `${RUNS.amount} ${RUNS.parties} InstrForDbtrAgt?:text140 ${RUNS.purpose}`,

  paymentId: 'InstrId?:text35 EndToEndId:text35',
  paymentType: 'InstrPrty?:HIGH/NORM SvcLvl?:code4OrText LclInstrm?:localInstrument CtgyPurp?:code4OrText',
  exchangeRate: 'XchgRate?:decimal11.10 RateTp?:SPOT/SALE/AGRD CtrctId?:text35',
  cheque: RUNS.cheque,
  creditorAgentInstruction: 'Cd?:CHQB/HOLD/PHOB/TELB InstrInf?:text140',

  account: 'Id:accountId Tp?:accountType Ccy?:currency Nm?:text70',
  accountType: 'Cd:accountTypeCode | Prtry:text35',
  accountTypeCode: 'CASH/CHAR/COMM/TAXE/CISH/TRAS/SACC/CACC/SVGS/ONDP/MGLD/NREX/MOMA/LOAN/SLRY/ODFT',
  institution: 'BIC?:bic ClrSysMmbId?:clearingMember Nm?:text140 PstlAdr?:address Othr?:otherId',
  branch: 'Id?:text35 Nm?:text140 PstlAdr?:address',

  party: 'Nm?:text140 PstlAdr?:address Id?:partyId CtryOfRes?:country CtctDtls?:contact',
  organisationId: 'BICOrBEI?:partyBic Othr*:otherId',
  address:
    'AdrTp?:ADDR/PBOX/HOME/BIZZ/MLTO/DLVY Dept?:text70 SubDept?:text70 StrtNm?:text70 BldgNb?:text16 ' +
    'PstCd?:text16 TwnNm?:text35 CtrySubDvsn?:text35 Ctry?:country AdrLine{7}:text70',
  contact:
    'NmPrfx?:DOCT/MIST/MISS/MADM Nm?:text140 PhneNb?:phone MobNb?:phone FaxNb?:phone EmailAdr?:text2048 Othr?:text35',

  remittanceLocation:
    'RmtId?:text35 RmtLctnMtd?:FAXI/EDIC/URID/EMAL/POST/SMSM RmtLctnElctrncAdr?:text2048 ' +
    'RmtLctnPstlAdr?:nameAndAddress',
  structuredRemittance:
    'RfrdDocInf*:referredDocument RfrdDocAmt?:documentAmounts CdtrRefInf?:creditorReference Invcr?:party Invcee?:party ' +
    'AddtlRmtInf{3}:text140',
  referredDocument: 'Tp?:documentType Nb?:text35 RltdDt?:date',
  documentCode:
    'Cd:MSIN/CNFA/DNFA/CINV/CREN/DEBN/HIRI/SBIN/CMCN/SOAC/DISP/BOLD/VCHR/AROI/TSUT | Prtry:text35',
  documentAmounts:
    'DuePyblAmt?:amount DscntApldAmt?:amount CdtNoteAmt?:amount TaxAmt?:amount AdjstmntAmtAndRsn*:adjustment ' +
    'RmtdAmt?:amount',

  tax: `Cdtr?:taxParty Dbtr?:taxDebtor AdmstnZn?:text35 ${RUNS.taxTotals}`,
  taxPeriod: 'Yr?:date Tp?:taxPeriodCode FrToDt?:datePeriod',
};
