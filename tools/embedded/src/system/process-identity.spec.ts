import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identify, isRunning } from './process-identity';

describe('a process identity', () => {
  it('holds while the process runs, and not after', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const identity = identify(child.pid as number);
    expect(isRunning(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning(identity)).toBe(false);
  });

  it('is not that of a later process with the same number', () => {
    expect(isRunning({ ...identify(process.pid), startedAt: '1' })).toBe(false);
  });
});
