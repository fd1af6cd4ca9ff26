/** ISO 20022 payment status codes used in reports. All are in the closed list of pain.002.001.03. */
export type IsoStatus =
  /** Accepted, settlement completed. */
  | 'ACSC'
  /** Accepted, settlement in process. */
  | 'ACSP'
  | 'PART'
  | 'PDNG'
  | 'RJCT';

/** Number of lines in a group, by outcome. */
interface GroupCounts {
  total: number;
  completed: number;
  /** Failed or rejected. */
  refused: number;
}

/** Status of a whole group: PART when its lines differ. */
export const groupStatus = ({ total, completed, refused }: GroupCounts): IsoStatus => {
  if (completed === total) return 'ACSC';
  if (refused === total) return 'RJCT';
  return completed === 0 && refused === 0 ? 'ACSP' : 'PART';
};

/** Status of one line. */
export const transactionStatus = (status: 'PENDING' | 'COMPLETED' | 'FAILED' | 'REJECTED'): IsoStatus => {
  switch (status) {
    case 'COMPLETED':
      return 'ACSC';
    case 'PENDING':
      return 'PDNG';
    case 'FAILED':
    case 'REJECTED':
      return 'RJCT';
  }
};
