import path from 'node:path';
import { installDocumentDb, isDocumentDbInstalled } from '../install/documentdb';
import { exists } from '../system/files';
import { findOnPath } from '../system/find-on-path';
import { accepts, freePort } from '../system/ports';
import type { Say } from '../system/run';
import type { DataFolder } from './data-folder';
import { downloadMongod, embeddedMongod } from './mongod';
import { Part } from './part';
import { embeddedPostgres } from './postgres';

/** Name of the database in the address; drivers may choose another on the same server. */
const database = 'financeops';

/** A private MongoDB, or something that speaks its protocol, on a free loopback port. */
export interface EmbeddedMongo {
  uri: string;
  /** In the order they are started. */
  parts: Part[];
  /** To be called once when all parts serve. */
  finish: () => Promise<void>;
}

/** The first that can be had: MongoDB itself, else the DocumentDB engine behind our gateway. */
export async function embeddedMongo(folder: DataFolder, say: Say): Promise<EmbeddedMongo> {
  const port = await freePort();
  const dataDir = folder.path;
  const uri = `mongodb://127.0.0.1:${port}/${database}?replicaSet=rs0`;
  const mongod = await chooseMongod(dataDir, say);
  if (mongod) return { uri, ...(await embeddedMongod(mongod, port, dataDir, say)) };
  const programs = await installDocumentDb(say).catch(explain);
  const { part: engine, socketFolder } = await embeddedPostgres(programs, folder, say);
  const gateway = new Part(
    {
      name: 'the database gateway',
      command: process.execPath,
      args: [require.resolve('../gateway/main'), `${port}`, socketFolder],
      env: process.env,
      stopSignal: 'SIGTERM',
      stopTimeout: 5_000,
      output: 'capture',
      isReady: () => accepts(port),
    },
    say,
  );
  return { uri, parts: [engine, gateway], finish: () => Promise.resolve() };
}

/**
 * A mongod, unless DocumentDB is to be used: a data folder stays with what made its data, and where
 * DocumentDB has been installed, mongod was not to be had.
 */
async function chooseMongod(dataDir: string, say: Say): Promise<string | undefined> {
  const has = (name: string): Promise<boolean> => exists(path.join(dataDir, name));
  if ((await has('postgres')) || (await has('postgres-location'))) return undefined;
  const onPath = await findOnPath('mongod');
  if (onPath || (!(await has('mongod')) && (await isDocumentDbInstalled()))) return onPath;
  const downloaded = await downloadMongod(say);
  if (!downloaded && (await has('mongod'))) {
    throw new Error(
      'the data in DATA_DIR is of a mongod that is not there any more: put it on PATH, or set another DATA_DIR',
    );
  }
  return downloaded;
}

function explain(error: Error): never {
  throw new Error(`no MongoDB can be had: set MONGODB_URI, or put mongod on PATH; ${error.message}`);
}
