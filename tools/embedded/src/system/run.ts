import { execFile, type ExecFileOptions } from 'node:child_process';
import { hasParentDeathSignal, withParentDeathSignal } from './parent-death';

/** Tells the person at the terminal what is going on, one plain sentence at a time. */
export type Say = (sentence: string) => void;

/**
 * Runs a program to its end and resolves to its standard output. It ends with us.
 * @throws Error naming the program and the last lines it wrote to standard error.
 */
export function run(program: string, args: string[], options: ExecFileOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const [command, commandArgs] = hasParentDeathSignal()
      ? withParentDeathSignal('SIGTERM', program, args)
      : [program, args];
    execFile(command, commandArgs, { maxBuffer: 64 << 20, ...options }, (error, stdout, stderr) => {
      if (!error) return resolve(String(stdout));
      const lastLines = String(stderr).trim().split('\n').slice(-4).join(' | ');
      reject(new Error(`${program} ${args[0] ?? ''} failed: ${lastLines || error.message}`));
    });
  });
}
