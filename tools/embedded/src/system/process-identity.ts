import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot at its start (field 22 of /proc/PID/stat); undefined where there is no /proc. */
  startedAt?: string;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: stat(pid)?.startedAt };
}

/** Whether that very process still runs. A zombie does not: it holds nothing any more. */
export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  const now = stat(pid);
  if (now) return now.state !== 'Z' && now.startedAt === startedAt;
  if (process.platform === 'linux' || startedAt !== undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function stat(pid: number): { state: string; startedAt: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything: the fields after it are counted from its last parenthesis.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
