import os from 'node:os';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { ROOT } from './paths';

/** The packages whose speed is compared. */
const PACKAGES = [
  'fastify',
  '@nestjs/core',
  'express',
  'ioredis',
  'rate-limiter-flexible',
  '@fastify/rate-limit',
  'express-rate-limit',
  '@nestjs/throttler',
];

const versionOf = (name: string): string => {
  const manifest = readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

const redisVersion = async (redis: Redis): Promise<string> =>
  /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown';

/** One paragraph: what it was measured on, and with which versions. */
export const machine = async (redis: Redis): Promise<string> => {
  const cpus = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const model = cpus[0]?.model.trim() ?? 'unknown';
  const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(', ');
  return (
    `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus.length} cores (${model}), ${memory} GiB, ` +
    `${os.type()} ${os.arch()}: Node.js ${process.versions.node}, Redis ${await redisVersion(redis)}, ${versions}.`
  );
};
