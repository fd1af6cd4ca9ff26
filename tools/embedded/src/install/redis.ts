import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Say } from '../system/run';
import { cacheFolder } from './cache-folder';
import { DebianPackages } from './debian-packages';
import { installOnce } from './install-once';
import { collectLibraries, wrapProgram } from './self-contained';

/** Path of a redis-server from Debian's packages, kept in the cache folder; downloaded the first time. */
export async function installRedis(say: Say): Promise<string> {
  const destination = path.join(await cacheFolder(), 'redis-1');
  await installOnce(destination, say, async (work) => {
    const packages = await DebianPackages.open(path.join(work, 'apt'), 'own');
    // The program itself comes with redis-tools (one binary that looks at its name);
    // the package redis-server only adds a service, and what that needs.
    await packages.download(['redis-tools'], 'Redis', say);
    const extracted = path.join(work, 'extracted');
    await packages.extract(extracted);
    const root = path.join(work, 'root');
    await mkdir(path.join(root, 'bin'), { recursive: true });
    await copyFile(path.join(extracted, 'usr/bin/redis-check-rdb'), path.join(root, 'bin/redis-server'));
    await collectLibraries(root, extracted, [path.join(root, 'bin/redis-server')]);
    await wrapProgram(root, 'bin/redis-server');
    return root;
  });
  return path.join(destination, 'bin/redis-server');
}
