import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Starts a compiled module as a process of its own, gives it `order`, and resolves to what it answers. */
export const ask = async <T>(module: string, order: object, env: NodeJS.ProcessEnv = {}): Promise<T> => {
  const child: ChildProcess = fork(module, { env: { ...process.env, ...env } });
  try {
    child.send(order);
    const failed = once(child, 'exit').then(() => {
      throw new Error(`${module} ended without an answer`);
    });
    const [answer] = (await Promise.race([once(child, 'message'), failed])) as [T];
    return answer;
  } finally {
    child.kill('SIGKILL');
  }
};
