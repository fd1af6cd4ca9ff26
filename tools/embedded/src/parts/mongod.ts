import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { MongoBinary } from 'mongodb-memory-server-core';
import { DryMongoBinary } from 'mongodb-memory-server-core/lib/util/DryMongoBinary';
import { getOS } from 'mongodb-memory-server-core/lib/util/getos';
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl';
import {
  DEFAULT_VERSION,
  resolveConfig,
  ResolveConfigVariables,
} from 'mongodb-memory-server-core/lib/util/resolveConfig';
import { cacheFolder } from '../install/cache-folder';
import { accepts } from '../system/ports';
import type { Say } from '../system/run';
import type { EmbeddedMongo } from './mongo';
import { Part } from './part';

/** How long the download's host may take to answer; behind a closed firewall it never does. */
const patience = 3_000;

/** Path of a mongod that was downloaded before, or is now when its host answers. */
export async function downloadMongod(say: Say): Promise<string | undefined> {
  const options = { downloadDir: path.join(await cacheFolder(), 'mongod'), version: mongodVersion() };
  try {
    const before = await DryMongoBinary.locateBinary(options);
    if (before) return before;
    if (!(await downloadAnswers(options.version))) {
      say('no mongod on PATH, and its download does not answer: using DocumentDB instead');
      return undefined;
    }
    say(`downloading mongod ${options.version} (about 100 MB) ...`);
    return await MongoBinary.getPath({ ...options, checkMD5: false });
  } catch (error) {
    say(`no mongod for this machine (${(error as Error).message.split('\n')[0]}): using DocumentDB instead`);
    return undefined;
  }
}

const mongodVersion = (): string => resolveConfig(ResolveConfigVariables.VERSION) ?? DEFAULT_VERSION;

async function downloadAnswers(version: string): Promise<boolean> {
  const { platform, arch } = process;
  const url = await new MongoBinaryDownloadUrl({
    version,
    platform,
    arch,
    os: await getOS(),
  }).getDownloadUrl();
  try {
    return (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(patience) })).ok;
  } catch {
    return false;
  }
}

/** mongod as a replica set of one: transactions need a replica set. */
export async function embeddedMongod(
  program: string,
  port: number,
  dataDir: string,
  say: Say,
): Promise<Omit<EmbeddedMongo, 'uri'>> {
  const data = path.join(dataDir, 'mongod');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const part = new Part(
    {
      name: 'MongoDB',
      command: program,
      args: [
        '--replSet',
        'rs0',
        '--port',
        `${port}`,
        '--bind_ip',
        '127.0.0.1',
        '--dbpath',
        data,
        '--nounixsocket',
      ],
      env: process.env,
      stopSignal: 'SIGINT',
      stopTimeout: 15_000,
      output: 'capture',
      isReady: () => accepts(port),
    },
    say,
  );
  return { parts: [part], finish: () => initiate(port) };
}

/** Makes the replica set, or tells one made at an earlier start its port of today. */
async function initiate(port: number): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  const admin = client.db('admin');
  const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
  try {
    const known = await admin.command({ replSetGetConfig: 1 }).catch(() => undefined);
    if (known) {
      const { config } = known as unknown as { config: { version: number } };
      const changed = { ...config, version: config.version + 1, members };
      await admin.command({ replSetReconfig: changed, force: true });
    } else {
      await admin.command({ replSetInitiate: { _id: 'rs0', members } });
    }
    while (!(await admin.command({ hello: 1 }))['isWritablePrimary'])
      await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    await client.close();
  }
}
