/**
 * `npm run structure`: import cycles and files that are too long, in production code; prints the totals to compare. Ends with
 * status 1 if it finds any.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ts = createRequire(import.meta.url)('typescript');
const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const MOST_LINES = 300;

/** Tests, and what only tests use. */
const isTest = (file) =>
  /\.(?:spec|int-spec|e2e-spec|fixture|builder)\.ts$|\/(?:testing|proofs)\/|-e2e\//.test(file);

const files = ['apps', 'libs', 'tools']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  .filter((file) => file.endsWith('.ts') && !file.includes('node_modules') && !isTest(file));
const known = new Set(files);
const { paths } = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), ts.sys.readFile).config
  .compilerOptions;

const aliased = (name) => paths[name]?.[0].replace(/^\.\//, '');
const relative = (name, from) => {
  const target = path.posix.join(path.posix.dirname(from), name);
  return [`${target}.ts`, `${target}/index.ts`].find((file) => known.has(file));
};

/** Modules that are loaded with this one; types are gone by then. */
const importsOf = (file, source) =>
  ts
    .createSourceFile(file, source, ts.ScriptTarget.Latest)
    .statements.filter(
      (node) => (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier,
    )
    .filter((node) => !(node.isTypeOnly || node.importClause?.isTypeOnly))
    .map((node) => node.moduleSpecifier.text)
    .map((name) => (name.startsWith('.') ? relative(name, file) : aliased(name)))
    .filter((target) => known.has(target));

const sources = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
const graph = new Map([...sources].map(([file, source]) => [file, importsOf(file, source)]));

const cycles = [];
const done = new Set();
const visit = (file, trail) => {
  const at = trail.indexOf(file);
  if (at >= 0) return void cycles.push([...trail.slice(at), file]);
  if (done.has(file)) return;
  for (const target of graph.get(file)) visit(target, [...trail, file]);
  done.add(file);
};
for (const file of files) visit(file, []);

const linesOf = (file) => sources.get(file).split('\n').length - 1;
const long = files.filter((file) => linesOf(file) > MOST_LINES);
const total = (folders) => {
  const some = files.filter((file) => folders.includes(file.split('/')[0]));
  return `${some.length} files, ${some.reduce((sum, file) => sum + linesOf(file), 0)} lines`;
};

for (const cycle of cycles) console.error(`import cycle: ${cycle.join(' -> ')}`);
for (const file of long)
  console.error(`${file} has ${linesOf(file)} lines: divide it (at most ${MOST_LINES})`);
console.log(`apps and libs: ${total(['apps', 'libs'])}; tools: ${total(['tools'])}`);
console.log(`${cycles.length} import cycles, ${long.length} files over ${MOST_LINES} lines`);
process.exit(cycles.length + long.length === 0 ? 0 : 1);
