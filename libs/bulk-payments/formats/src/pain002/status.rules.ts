/** ISO 20022 payment status codes that are used here; each is in the closed list of pain.002.001.03 too. */
export type IsoStatus =
  /** Accepted, settlement completed. */
  | 'ACSC'
  /** Accepted, settlement in process. */
  | 'ACSP'
  | 'PART'
  | 'PDNG'
  | 'RJCT';

/** Lines of a group by how they stand. */
export interface GroupCounts {
  total: number;
  completed: number;
  /** Failed or rejected. */
  refused: number;
}

/** What a whole group is: PART as soon as its lines differ. */
export const groupStatus = ({ total, completed, refused }: GroupCounts): IsoStatus => {
  if (completed === total) return 'ACSC';
  if (refused === total) return 'RJCT';
  return completed === 0 && refused === 0 ? 'ACSP' : 'PART';
};

/** What one line is. */
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
