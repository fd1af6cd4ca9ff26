import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { exists } from './system/files';
import { gone, Program, until } from './testing/program';

jest.setTimeout(600_000);

/** In the place of the API and the worker: tells its environment, and says when it is asked to end. */
const standIn = (port: string): string => `
  const server = require('node:http').createServer((request, response) => {
    response.end(request.url === '/env' ? JSON.stringify(process.env) : 'ok');
  });
  server.listen(process.env.${port}, process.env.HOST);
  process.on('SIGTERM', () => { console.log('the stand-in ends'); process.exit(0); });
`;
const seed = `
  const { BASE_URL, DATA_DIR } = process.env;
  require('node:fs').writeFileSync(DATA_DIR + '/demo-credentials.json', JSON.stringify({ baseUrl: BASE_URL }));
  console.log('seeded');
`;

interface State {
  mongodbUri: string;
  redisUrl: string;
  pids: { api: number; worker: number; redis: number; mongo: number[] };
}

describe('npm start', () => {
  let folder: string;
  let dataDir: string;
  const started: Program[] = [];

  const start = (env: NodeJS.ProcessEnv = {}): Program => {
    const scripts = ['api.js', 'worker.js', 'seed.js', 'settings.js'].map((name) => path.join(folder, name));
    const program = new Program('start', { PORT: '0', DATA_DIR: dataDir, ...env }, scripts);
    started.push(program);
    return program;
  };
  const baseUrl = async (program: Program): Promise<string> =>
    (await program.line(/^ready /)).replace('ready ', '');
  const state = async (): Promise<State> =>
    JSON.parse(await readFile(path.join(dataDir, 'embedded.json'), 'utf8')) as State;
  const environment = async (url: string): Promise<NodeJS.ProcessEnv> =>
    (await (await fetch(`${url}/env`)).json()) as NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'financeops-spec-'));
    dataDir = path.join(folder, 'data');
    await writeFile(path.join(folder, 'api.js'), standIn('PORT'));
    await writeFile(path.join(folder, 'worker.js'), standIn('WORKER_PORT'));
    await writeFile(path.join(folder, 'seed.js'), seed);
    await writeFile(path.join(folder, 'settings.js'), '');
  });
  afterEach(async () => {
    for (const program of started.splice(0)) {
      program.kill('SIGTERM');
      await program.exitCode;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('serves with secrets and data that stay, seeds once, and stops everything on SIGTERM', async () => {
    const first = start();
    const url = await baseUrl(first);
    const { pids, mongodbUri, redisUrl } = await state();
    expect((await stat(path.join(dataDir, 'embedded.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    const env = await environment(url);
    expect(env).toMatchObject({ MONGODB_URI: mongodbUri, REDIS_URL: redisUrl, DATA_DIR: dataDir });
    expect(mongodbUri).toContain('/financeops');
    expect(Buffer.from(env['ENCRYPTION_KEY'] ?? '', 'base64')).toHaveLength(32);
    expect(JSON.parse(await readFile(path.join(dataDir, 'demo-credentials.json'), 'utf8'))).toEqual({
      baseUrl: url,
    });
    first.kill('SIGTERM');
    expect(await first.exitCode).toBe(0);
    expect(first.lines).toContain('the stand-in ends');
    await gone([pids.api, pids.worker, pids.redis, ...pids.mongo]);

    const second = start();
    const { JWT_SECRET, ENCRYPTION_KEY } = env;
    expect(await environment(await baseUrl(second))).toMatchObject({ JWT_SECRET, ENCRYPTION_KEY });
    expect(second.lines).not.toContain('seeded');
  });

  it('starts every part that dies again, at its address', async () => {
    const url = await baseUrl(start());
    const before = await state();
    const { api, worker, redis, mongo } = before.pids;
    const killed = [api, worker, redis, ...mongo];
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    const isNew = (pid: number | null): boolean => typeof pid === 'number' && !killed.includes(pid);
    await until(async () => {
      const { pids } = await state();
      return [pids.api, pids.worker, pids.redis].every(isNew) && pids.mongo.length === mongo.length;
    });
    await until(() =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    expect(await state()).toMatchObject({ mongodbUri: before.mongodbUri, redisUrl: before.redisUrl });
  });

  it('leaves nothing that blocks the next start when it is killed', async () => {
    const first = start();
    await baseUrl(first);
    const { pids } = await state();
    first.kill('SIGKILL');
    await first.exitCode;
    await baseUrl(start());
    await gone([pids.api, pids.worker, pids.redis, ...pids.mongo]);
  });

  it('says so when DATA_DIR or the port is in use, or PORT is none', async () => {
    const url = await baseUrl(start());
    const second = start();
    expect(await second.exitCode).toBe(1);
    expect(second.lines).toEqual([expect.stringContaining('another start is running on DATA_DIR')]);
    const port = start({ PORT: new URL(url).port, DATA_DIR: path.join(folder, 'other') });
    expect(await port.exitCode).toBe(1);
    expect(port.lines).toEqual([expect.stringMatching(/port \d+ of 127\.0\.0\.1 is taken/)]);
    const taken = { WORKER_PORT: new URL(url).port, DATA_DIR: path.join(folder, 'fourth') };
    const worker = start(taken);
    expect(await worker.exitCode).toBe(1);
    expect(worker.lines).toContainEqual(expect.stringContaining('set WORKER_PORT to another'));
    const none = start({ PORT: 'http', DATA_DIR: path.join(folder, 'third') });
    expect(await none.exitCode).toBe(1);
    expect(none.lines).toEqual([expect.stringContaining('PORT must be a number')]);
  });

  it('starts the API alone, unseeded and without secrets of ours, when both databases are given', async () => {
    const given = { MONGODB_URI: 'mongodb://127.0.0.1:1/mine', REDIS_URL: 'redis://127.0.0.1:2' };
    const url = await baseUrl(start(given));
    const env = await environment(url);
    expect(env).toMatchObject(given);
    expect(env['JWT_SECRET']).toBeUndefined();
    expect((await state()).pids).toMatchObject({ redis: null, mongo: [] });
    expect(await exists(path.join(dataDir, 'demo-credentials.json'))).toBe(false);
  });

  it('fails when the API cannot start', async () => {
    await writeFile(path.join(folder, 'api.js'), `console.error('wrong setting'); process.exit(1);`);
    const program = start({ MONGODB_URI: 'mongodb://127.0.0.1:1/mine', REDIS_URL: 'redis://127.0.0.1:2' });
    expect(await program.exitCode).toBe(1);
    expect(program.lines).toEqual(
      expect.arrayContaining(['wrong setting', '[start] the API ended while it started']),
    );
  });

  it('stops in good order while it is still starting', async () => {
    // Never ready: nobody listens.
    await writeFile(
      path.join(folder, 'api.js'),
      `setInterval(() => undefined, 1000); console.log('starting');`,
    );
    const program = start();
    await program.line(/^starting/);
    program.kill('SIGINT');
    expect(await program.exitCode).toBe(0);
  });
});
