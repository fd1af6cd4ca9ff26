import type { Say } from '../system/run';
import type { DataFolder } from './data-folder';
import { embeddedMongo, type EmbeddedMongo } from './mongo';
import type { Part } from './part';
import { embeddedRedis, type EmbeddedRedis } from './redis';

/** What of the environment replaces an embedded part. */
export interface GivenDatabases {
  mongodbUri?: string;
  redisUrl?: string;
}

/** The databases of one start. */
export interface Databases {
  mongodbUri: string;
  redisUrl: string;
  mongo: Part[];
  redis: Part[];
}

/** Finds or installs what is not given, and starts it. `onPart` learns of every part before it is started. */
export async function startDatabases(
  given: GivenDatabases,
  data: DataFolder,
  say: Say,
  onPart: (part: Part) => void,
): Promise<Databases> {
  const start = async (parts: Part[]): Promise<void> => {
    for (const part of parts) {
      onPart(part);
      await part.start();
    }
  };
  const mongo = async (): Promise<Pick<EmbeddedMongo, 'uri' | 'parts'>> => {
    if (given.mongodbUri) return { uri: given.mongodbUri, parts: [] };
    const embedded = await embeddedMongo(data, say);
    await start(embedded.parts);
    await embedded.finish();
    return embedded;
  };
  const redis = async (): Promise<EmbeddedRedis> => {
    if (given.redisUrl) return { url: given.redisUrl, parts: [] };
    const embedded = await embeddedRedis(data, say);
    await start(embedded.parts);
    return embedded;
  };
  const [{ uri, parts }, { url, parts: redisParts }] = await settleBoth(mongo(), redis());
  return { mongodbUri: uri, redisUrl: url, mongo: parts, redis: redisParts };
}

/** Like Promise.all, but only fails when both have ended: nothing is started behind the caller's back. */
async function settleBoth<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}
