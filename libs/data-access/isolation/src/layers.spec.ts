import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Lowest first: a folder imports from itself and from those before it. */
const LAYERS = [
  ...['bson', 'audit', 'document', 'bypass', 'operation-scope', 'placement', 'bound-operation'],
  ...['collection-guard', 'schema', 'wire-probe', 'repository', 'boot', '.'],
];

const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('spec.ts'),
);

it.each(sources)('%s imports only from its layer and those below', (file) => {
  const folder = path.dirname(file);
  const level = LAYERS.indexOf(folder);
  expect(level).not.toBe(-1);
  const text = readFileSync(path.join(__dirname, file), 'utf8');
  const imported = [...text.matchAll(/from '(\.[^']*)'/g)].map(([, target = '']) =>
    path.dirname(path.join(folder, target)),
  );
  expect(imported.filter((target) => !LAYERS.slice(0, level + 1).includes(target))).toEqual([]);
});
