import { copyFile, cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../system/files';
import type { Say } from '../system/run';
import { cacheFolder } from './cache-folder';
import { DebianPackages } from './debian-packages';
import { installOnce } from './install-once';
import { collectLibraries, wrapProgram } from './self-contained';

const destination = async (): Promise<string> => path.join(await cacheFolder(), 'documentdb-1');
const postgres = 'usr/lib/postgresql/18';
const extensions = 'usr/share/postgresql/18/extension';
const programs = ['postgres', 'initdb'];

/** What the database loads; the packages bring a gigabyte of other things. */
const plugIns =
  /^(pg_documentdb(_core|_extended_rum.*)?|pg_cron|vector|postgis-3|rum|plpgsql|dict_snowball|tsm_system_rows|libpqwalreceiver)\.so$/;

export const isDocumentDbInstalled = async (): Promise<boolean> => exists(await destination());

/**
 * Folder of PostgreSQL 18 with the DocumentDB extension, kept in the cache folder; downloaded the first time.
 * The packages come from Debian's next release, the first that has the extension.
 * @returns the folder of the programs
 */
export async function installDocumentDb(say: Say): Promise<string> {
  const folder = await installOnce(await destination(), say, async (work) => {
    const packages = await DebianPackages.open(path.join(work, 'apt'), 'forky');
    await packages.download(['postgresql-18-documentdb'], 'the database engine', say);
    const extracted = path.join(work, 'extracted');
    say('unpacking the database engine ...');
    await packages.extract(extracted);
    const root = path.join(work, 'root');
    await copyNeededFiles(extracted, root);
    await collectLibraries(root, extracted, await filesWithLibraries(root), [`${postgres}/lib`]);
    for (const program of programs)
      await wrapProgram(root, `${postgres}/bin/${program}`, [`${postgres}/lib`]);
    return root;
  });
  return path.join(folder, postgres, 'bin');
}

async function copyNeededFiles(extracted: string, root: string): Promise<void> {
  for (const program of programs) await copy(extracted, root, `${postgres}/bin/${program}`);
  for (const name of await readdir(path.join(extracted, postgres, 'lib'))) {
    if (plugIns.test(name)) await copy(extracted, root, `${postgres}/lib/${name}`);
  }
  await cp(path.join(extracted, 'usr/share/postgresql/18'), path.join(root, 'usr/share/postgresql/18'), {
    recursive: true,
  });
  await cp(path.join(extracted, 'usr/share/proj'), path.join(root, 'usr/share/proj'), { recursive: true });
  // Normally the package's installation script does this.
  await copyFile(
    path.join(root, extensions, 'postgis-3.control'),
    path.join(root, extensions, 'postgis.control'),
  );
  for (const name of await readdir(path.join(root, extensions))) {
    if (/^(postgis_|address_|postgis--(ANY|unpack))|--unpackaged/.test(name))
      await rm(path.join(root, extensions, name));
  }
}

async function copy(from: string, to: string, file: string): Promise<void> {
  await mkdir(path.dirname(path.join(to, file)), { recursive: true });
  await copyFile(path.join(from, file), path.join(to, file));
}

async function filesWithLibraries(root: string): Promise<string[]> {
  const plugInFolder = path.join(root, postgres, 'lib');
  const loaded = (await readdir(plugInFolder)).map((name) => path.join(plugInFolder, name));
  return [...programs.map((program) => path.join(root, postgres, 'bin', program)), ...loaded];
}
