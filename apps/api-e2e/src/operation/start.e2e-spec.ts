import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { until } from '@financeops/testing';

const START = path.resolve(__dirname, '../../../../tools/start.mjs');
/** Nothing of the tests' own databases: this is how a new user starts it. */
const CLEAN = { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0' };

interface Started {
  output: () => string;
  /** Resolves to the exit code. */
  ended: Promise<number | null>;
  stop: () => Promise<number | null>;
}

const start = (env: NodeJS.ProcessEnv): Started => {
  const child = spawn(process.execPath, [START], { env: { ...CLEAN, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    output: () => output,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
};

/** Warnings and errors: by level in log lines, and stacks anywhere. */
const complaints = (output: string): string[] =>
  output
    .split('\n')
    .filter((line) => /"level":"(?:warn|error|fatal)"|^\s+at |\b[A-Z]\w*Error\b|\(node:\d+\)/.test(line));

describe('npm start', () => {
  let dataDir: string;
  beforeAll(async () => (dataDir = await mkdtemp(path.join(os.tmpdir(), 'financeops-start-'))));
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it.each(['first', 'second'])('prints no warning, the %s time', async (which) => {
    const program = start({ DATA_DIR: dataDir });
    try {
      await until('ready', () => Promise.resolve(/^ready http/m.test(program.output())));
      expect(program.output().includes('creating the demonstration tenants')).toBe(which === 'first');
      if (which === 'second') await expectNoRoutesOfTheApi(program.output());
    } finally {
      expect(await program.stop()).toBe(0);
    }
    expect(complaints(program.output())).toEqual([]);
  });

  it('names every wrong setting at once, and starts nothing', async () => {
    const program = start({
      DATA_DIR: dataDir,
      PORT: 'nonsense',
      JWT_SECRET: 'short',
      REDIS_URL: 'nonsense',
    });
    expect(await program.ended).toBe(1);
    for (const name of ['PORT', 'JWT_SECRET', 'REDIS_URL']) expect(program.output()).toContain(`- ${name}: `);
    expect(program.output()).not.toMatch(/^ {4}at /m);
  });

  /** The worker shares the API's libraries, but has the operator's routes only. */
  const expectNoRoutesOfTheApi = async (output: string): Promise<void> => {
    const worker = /"url":"(http:[^"]+)","msg":"worker started"/.exec(output)?.[1];
    const statusOf = async (route: string): Promise<number> => (await fetch(`${worker}${route}`)).status;
    expect(await statusOf('/health/ready')).toBe(200);
    for (const route of ['/v1/usage', '/v1/audit-events', '/v1/admin/audit-events', '/v1/payments']) {
      expect(await statusOf(route)).toBe(404);
    }
    const { pids } = JSON.parse(await readFile(path.join(dataDir, 'embedded.json'), 'utf8')) as {
      pids: Record<string, unknown>;
    };
    expect(Object.keys(pids)).toEqual(expect.arrayContaining(['api', 'worker', 'redis', 'mongo']));
  };
});
