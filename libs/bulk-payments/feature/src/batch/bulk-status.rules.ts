/** Number of lines by state. `unresolved`: sent to the gateway, outcome unknown. */
interface LineCounts {
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

/** Whether every line is paid, refused or waiting for the gateway. */
export const isFinished = (counts: LineCounts): boolean => handled(counts) === counts.total;

/** Status of a batch. With an unresolved line it is neither COMPLETED nor FAILED. */
export const statusOf = (counts: LineCounts): BulkStatus => {
  if (counts.completed === counts.total) return 'COMPLETED';
  if (!isFinished(counts)) return handled(counts) === counts.rejected ? 'QUEUED' : 'PROCESSING';
  return counts.completed === 0 && counts.unresolved === 0 ? 'FAILED' : 'PARTIALLY_COMPLETED';
};

/** Number of lines without a final outcome. */
export const pendingOf = ({ total, completed, failed, rejected }: LineCounts): number =>
  total - completed - failed - rejected;
