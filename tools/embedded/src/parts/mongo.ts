import { installDocumentDb } from '../install/documentdb';
import { accepts, freePort } from '../system/ports';
import type { Say } from '../system/run';
import { embeddedMongod, findMongod } from './mongod';
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
export async function embeddedMongo(dataDir: string, say: Say): Promise<EmbeddedMongo> {
  const port = await freePort();
  const uri = `mongodb://127.0.0.1:${port}/${database}?replicaSet=rs0`;
  const mongod = await findMongod(say);
  if (mongod) return { uri, ...(await embeddedMongod(mongod, port, dataDir, say)) };
  const programs = await installDocumentDb(say).catch(explain);
  const { part: engine, socketFolder } = await embeddedPostgres(programs, dataDir, say);
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

function explain(error: Error): never {
  throw new Error(`no MongoDB can be had: set MONGODB_URI, or put mongod on PATH; ${error.message}`);
}
