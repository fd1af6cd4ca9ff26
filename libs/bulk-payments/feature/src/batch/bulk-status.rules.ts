/** Lines of a batch by how far they are. `unresolved`: sent, and the gateway's answer is not known. */
export interface LineCounts {
  total: number;
  completed: number;
  failed: number;
  rejected: number;
  unresolved: number;
}

export const BULK_STATUSES = ['QUEUED', 'PROCESSING', 'COMPLETED', 'PARTIALLY_COMPLETED', 'FAILED'] as const;
export type BulkStatus = (typeof BULK_STATUSES)[number];

const handled = ({ completed, failed, rejected, unresolved }: LineCounts): number =>
  completed + failed + rejected + unresolved;

/** Whether nothing is left to do: each line is paid, refused or with the gateway. */
export const isFinished = (counts: LineCounts): boolean => handled(counts) === counts.total;

/** What a batch is called after its lines. One with a line whose outcome is open is never COMPLETED nor FAILED. */
export const statusOf = (counts: LineCounts): BulkStatus => {
  if (counts.completed === counts.total) return 'COMPLETED';
  if (!isFinished(counts)) return handled(counts) === counts.rejected ? 'QUEUED' : 'PROCESSING';
  return counts.completed === 0 && counts.unresolved === 0 ? 'FAILED' : 'PARTIALLY_COMPLETED';
};

/** Lines of which it isn't known yet how they end. */
export const pendingOf = ({ total, completed, failed, rejected }: LineCounts): number =>
  total - completed - failed - rejected;
