import { chmod, copyFile, mkdir, readdir, realpath, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../system/run';

/**
 * Makes programs of another Debian release run on this one: the shared libraries they need are collected
 * into `<root>/lib` together with that release's own dynamic loader.
 * @param files programs and plug-ins whose libraries are wanted
 * @param extracted where the packages were unpacked
 * @param ownLibraries further folders, relative to `root`, that the files find libraries in
 */
export async function collectLibraries(
  root: string,
  extracted: string,
  files: string[],
  ownLibraries: string[] = [],
): Promise<void> {
  const folders = await libraryFolders(extracted);
  const loader = await loaderIn(folders);
  await mkdir(path.join(root, 'lib'), { recursive: true });
  await copyFile(loader, path.join(root, 'lib/ld.so'));
  // Two libraries of linear algebra live in folders of their own.
  const shared = folders.flatMap((folder) => [folder, `${folder}/lapack`, `${folder}/blas`]);
  const search = [...shared, ...ownLibraries.map((sub) => path.join(root, sub))].join(':');
  const needed = new Set<string>();
  for (const file of files) {
    const listing = await run(loader, ['--library-path', search, '--list', file]);
    const missing = /(\S+) => not found/.exec(listing)?.[1];
    if (missing) throw new Error(`${path.basename(file)} needs ${missing}, which its packages did not bring`);
    for (const [, library] of listing.matchAll(/=> (\S+) \(/g)) {
      if (library?.startsWith(extracted)) needed.add(library);
    }
  }
  for (const library of needed) {
    await copyFile(await realpath(library), path.join(root, 'lib', path.basename(library)));
  }
}

/**
 * Puts a wrapper in the program's place that runs it with the collected loader and libraries; the program
 * itself moves to a `real` folder beside. It keeps its name as argv[0]: PostgreSQL finds its files by it.
 */
export async function wrapProgram(root: string, program: string, ownLibraries: string[] = []): Promise<void> {
  const folder = path.dirname(program);
  const real = path.join(folder, '../real');
  await mkdir(path.join(root, real), { recursive: true });
  await rename(path.join(root, program), path.join(root, real, path.basename(program)));
  const search = ['lib', ...ownLibraries].map((sub) => `$root/${sub}`).join(':');
  const up = path.relative(folder, '.');
  const wrapper = `#!/bin/sh
here=$(cd "\${0%/*}" && pwd)
root=$(cd "$here/${up}" && pwd)
PROJ_DATA=$root/usr/share/proj exec "$root/lib/ld.so" --library-path "${search}" --argv0 "$0" "$here/../real/\${0##*/}" "$@"
`;
  await writeFile(path.join(root, program), wrapper);
  await chmod(path.join(root, program), 0o755);
}

/** Debian keeps libraries in a folder named after the machine; releases before the /usr merge in two of them. */
async function libraryFolders(extracted: string): Promise<string[]> {
  const folders: string[] = [];
  for (const lib of ['usr/lib', 'lib']) {
    for (const name of await readdir(path.join(extracted, lib)).catch(() => [])) {
      if (name.endsWith('-linux-gnu')) folders.push(path.join(extracted, lib, name));
    }
  }
  return folders;
}

async function loaderIn(folders: string[]): Promise<string> {
  for (const folder of folders) {
    const name = (await readdir(folder)).find((entry) => /^ld-linux.*\.so/.test(entry));
    if (name) return realpath(path.join(folder, name));
  }
  throw new Error('the packages brought no dynamic loader');
}
