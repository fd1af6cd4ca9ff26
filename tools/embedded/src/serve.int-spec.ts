import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { gone, Program, type Served } from './testing/program';

jest.setTimeout(600_000);

describe('the embedded databases', () => {
  let dataDir: string;
  const started: Program[] = [];

  const serve = (env: NodeJS.ProcessEnv = { DATA_DIR: dataDir }): Program => {
    const program = new Program('serve', env);
    started.push(program);
    return program;
  };
  const all = ({ pids }: Served): number[] => [...pids.mongo, pids.redis];
  const withMongo = async <T>(
    { mongodbUri }: Served,
    work: (client: MongoClient) => Promise<T>,
  ): Promise<T> => {
    const client = new MongoClient(mongodbUri);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'financeops-spec-'));
  });
  afterEach(async () => {
    for (const program of started.splice(0)) {
      program.closeInput();
      await program.exitCode;
    }
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keep their data, and stop when standard input closes', async () => {
    const first = serve();
    const served = await first.ready();
    await withMongo(served, (client) => client.db('kept').collection('a').insertOne({ k: 1 }));
    const redis = new Redis(served.redisUrl);
    await redis.set('k', 'v');
    await redis.quit();
    first.closeInput();
    expect(await first.exitCode).toBe(0);
    await gone(all(served));

    const again = await serve().ready();
    await withMongo(again, async (client) => {
      expect(await client.db('kept').collection('a').findOne()).toMatchObject({ k: 1 });
    });
    const redisAgain = new Redis(again.redisUrl);
    expect(await redisAgain.get('k')).toBe('v');
    await redisAgain.quit();
  });

  it('lose no acknowledged write when all of them are killed', async () => {
    const first = serve();
    const served = await first.ready();
    const acknowledged: number[] = [];
    await withMongo(served, async (client) => {
      const collection = client.db('killed').collection('a');
      let next = 0;
      const write = async (): Promise<void> => {
        for (;;) {
          const n = (next += 1);
          await collection.insertOne({ n });
          acknowledged.push(n);
          if (acknowledged.length === 200) for (const pid of served.pids.mongo) process.kill(pid, 'SIGKILL');
        }
      };
      const writers = Array.from({ length: 8 }, () => write().catch(() => undefined));
      while (acknowledged.length < 200) await new Promise((resolve) => setTimeout(resolve, 10));
      first.kill('SIGKILL');
      await first.exitCode;
      await client.close(true);
      await Promise.all(writers);
    });
    await gone(all(served));

    await withMongo(await serve().ready(), async (client) => {
      const kept = await client.db('killed').collection('a').distinct('n');
      expect(kept).toEqual(expect.arrayContaining(acknowledged));
    });
  });

  it('come back at their addresses when one is killed, and no commit counts twice', async () => {
    const served = await serve().ready();
    await withMongo(served, async (client) => {
      const collection = client.db('restarted').collection('a');
      await collection.insertOne({ _id: 'n' as never, n: 0 });
      const increment = () =>
        client.withSession((session) =>
          session.withTransaction(() => collection.updateOne({}, { $inc: { n: 1 } }, { session })),
        );
      let acknowledged = 0;
      let failed = 0;
      const incrementTimes = async (times: number): Promise<void> => {
        for (let i = 0; i < times; i += 1)
          await increment().then(
            () => (acknowledged += 1),
            () => (failed += 1),
          );
      };
      for (const pid of [...served.pids.mongo].reverse()) {
        await incrementTimes(10);
        const running = incrementTimes(30);
        process.kill(pid, 'SIGKILL');
        await running;
      }
      const { n } = (await collection.findOne()) as unknown as { n: number };
      expect(n).toBeGreaterThanOrEqual(acknowledged);
      expect(n).toBeLessThanOrEqual(acknowledged + failed);
    });
  });

  it('have one owner for a data folder', async () => {
    const programs = [serve(), serve()];
    const outcomes = await Promise.allSettled(programs.map((program) => program.ready()));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const loser = programs[outcomes.findIndex(({ status }) => status === 'rejected')];
    expect(await loser?.exitCode).toBe(1);
    expect(loser?.lines).toEqual([expect.stringContaining('another start is running on DATA_DIR')]);
  });

  it('serve several starts at once, each apart, and remove temporary folders', async () => {
    const programs = [1, 2].map((n) => serve({ DATA_DIR: path.join(dataDir, `${n}`) }));
    const [one, two] = await Promise.all(programs.map((program) => program.ready()));
    expect(one?.mongodbUri).not.toBe(two?.mongodbUri);
    const temporary = serve({ DATA_DIR: undefined, TMPDIR: dataDir });
    await temporary.ready();
    expect((await readdir(dataDir)).filter((name) => name.startsWith('financeops-test-'))).toHaveLength(1);
    temporary.kill('SIGTERM');
    expect(await temporary.exitCode).toBe(0);
    expect((await readdir(dataDir)).sort()).toEqual(['1', '2']);
  });
});
