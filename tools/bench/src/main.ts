import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startDatabases } from './environment/databases';
import { machine } from './environment/machine';
import { ROOT } from './environment/paths';
import { exactness } from './exactness/section';
import { http } from './http/section';
import { isolation } from './isolation/section';
import { limiter } from './limiter/section';
import { parseOptions, type Options, type SectionName } from './options';
import { payments } from './payments/section';
import { quota } from './quota/section';
import { withSection } from './report/document';
import { goalTable } from './report/goals';
import type { Section } from './section';
import { tenants } from './tenants/section';

const DOCUMENT = path.join(ROOT, 'docs/performance.md');
const SECTION: Record<SectionName, Section> = {
  limiter,
  exactness,
  http,
  payments,
  isolation,
  quota,
  tenants,
};

const say = (sentence: string): void => console.error(`[bench] ${sentence}`);

const write = async (section: SectionName, text: string): Promise<void> =>
  writeFile(DOCUMENT, withSection(await readFile(DOCUMENT, 'utf8'), section, text));

const measure = async (options: Options): Promise<void> => {
  const databases = await startDatabases();
  const redis = new Redis(databases.redisUrl);
  try {
    // The append-only file is the same for everybody and only adds noise.
    await redis.config('SET', 'appendonly', 'no');
    const where = await machine(redis);
    console.log(`${where}\n`);
    for (const name of options.sections) {
      say(`${name} ...`);
      await redis.flushall();
      const { text, goals } = await SECTION[name]({ databases, redis, options, say });
      const whole = [text, ...(goals.length > 0 ? [goalTable(goals)] : [])].join('\n\n');
      console.log(`## ${name}\n\n${whole}\n`);
      if (options.write && !options.profile) await write(name, `${where}\n\n${whole}`);
    }
  } finally {
    redis.disconnect();
    await databases.stop();
  }
};

/** Measures what `args` ask for, side by side, and prints tables. */
export const bench = async (args: string[]): Promise<void> => {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    say((error as Error).message);
    process.exitCode = 2;
    return;
  }
  await measure(options);
};
