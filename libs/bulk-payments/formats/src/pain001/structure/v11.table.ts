import { type StructureTable } from './notation';
import { RUNS } from './shared.table';

/** Types of pain.001.001.11 (2021) that differ from .09. */
export const V11: StructureTable = {
  header: `${RUNS.header} InitnSrc?:initiationSource`,
  initiationSource: 'Nm:text140 Prvdr?:text35 Vrsn?:text35',
  batch:
    `PmtInfId:text35 PmtMtd:CHK/TRF/TRA ReqdAdvcTp?:advice ${RUNS.batchSums} ReqdExctnDt:dateOrTime ` +
    `PoolgAdjstmntDt?:date ${RUNS.debtor} InstrForDbtrAgt?:text140 ${RUNS.charges}`,
  advice: 'CdtAdvc?:adviceType DbtAdvc?:adviceType',
  adviceType: 'Cd:ADWD/ADND | Prtry:text35',
  instruction:
    `${RUNS.amount} MndtRltdInf?:mandate ${RUNS.parties} InstrForDbtrAgt?:debtorAgentInstruction ` +
    `${RUNS.purpose} SplmtryData*:supplement`,
  creditorAgentInstruction: 'Cd?:text4 InstrInf?:text140',
  debtorAgentInstruction: 'Cd?:text4 InstrInf?:text140',

  account: 'Id?:accountId Tp?:code4OrText Ccy?:currency Nm?:text70 Prxy?:proxy',

  mandate:
    'MndtId?:text35 Tp?:mandateType DtOfSgntr?:date DtOfVrfctn?:dateTime ElctrncSgntr?:base64.10240 ' +
    'FrstPmtDt?:date FnlPmtDt?:date Frqcy?:frequency Rsn?:mandateReason',
  mandateType: 'SvcLvl?:code4OrText LclInstrm?:localInstrument CtgyPurp?:code4OrText Clssfctn?:mandateClass',
  mandateClass: 'Cd:FIXE/USGB/VARI | Prtry:text35',
  mandateReason: 'Cd:text4 | Prtry:text70',
  frequency: 'Tp:frequencyCode | Prd:frequencyPeriod | PtInTm:frequencyMoment',
  frequencyCode: 'YEAR/MNTH/QURT/MIAN/WEEK/DAIL/ADHO/INDA/FRTN',
  frequencyPeriod: 'Tp:frequencyCode CntPerPrd:decimal18.17',
  frequencyMoment: 'Tp:frequencyCode PtInTm:digits2',

  taxPeriod: 'Yr?:year Tp?:taxPeriodCode FrToDt?:datePeriod',
};
