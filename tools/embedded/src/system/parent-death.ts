import { spawnSync } from 'node:child_process';

let available: boolean | undefined;

/** Whether this machine has util-linux's setpriv, which lets the kernel signal a child whose parent died. */
export function hasParentDeathSignal(): boolean {
  available ??=
    process.platform === 'linux' &&
    spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0;
  return available;
}

/** The command line that runs `command` so that it gets `signal` when we die, even by SIGKILL: no orphans. */
export function withParentDeathSignal(
  signal: NodeJS.Signals,
  command: string,
  args: string[],
  user?: number,
): [string, string[]] {
  const identity = user === undefined ? [] : ['--reuid', `${user}`, '--regid', `${user}`, '--clear-groups'];
  return ['setpriv', [...identity, '--pdeathsig', signal.replace(/^SIG/, ''), command, ...args]];
}
