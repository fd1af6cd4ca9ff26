import { createRequire } from 'node:module';
import path from 'node:path';
import mongoose, { mongo } from 'mongoose';
import type { Section } from './classes.section';
import { table, whole } from './markdown';

type Classified = Partial<Record<string, string>>;
interface Classification extends Record<string, unknown> {
  CLASSES: readonly string[];
}
interface Reflection {
  namesOf(object: object, end: object): string[];
}

const listed = (names: string | undefined): string[] =>
  (names ?? '').split(' ').filter((name) => name !== '');

/** What was found by reflection, in this installation. */
const found = ({ namesOf }: Reflection): [string, string, string[]][] => {
  const bare =
    mongoose.models['Bare'] ?? mongoose.model('Bare', new mongoose.Schema({}, { autoCreate: false }));
  return [
    ['Model', 'MODEL', namesOf(bare, Function.prototype)],
    ['Document', 'DOCUMENT', namesOf(bare.prototype as object, Object.prototype)],
    ['Query', 'QUERY', namesOf(mongoose.Query.prototype, Object.prototype)],
    ['Aggregate', 'AGGREGATE', namesOf(mongoose.Aggregate.prototype, Object.prototype)],
    [
      'Connection',
      'CONNECTION',
      namesOf(mongoose.connection.constructor.prototype as object, Object.prototype),
    ],
    ['the driver’s Collection', 'DRIVER', namesOf(mongo.Collection.prototype, Object.prototype)],
  ];
};

/** The classification of every public method, counted. The library doesn't export it: it is read where it is compiled. */
export const surfaceSection = (dist: string): Section => {
  const load = createRequire(__filename);
  const folder = path.join(dist, 'libs/data-access/isolation/proofs/surface');
  const classification = load(path.join(folder, 'classified.js')) as Classification;
  const reflection = load(path.join(folder, 'reflection.js')) as Reflection;
  const kinds = classification.CLASSES;
  const faults: string[] = [];
  const rows = found(reflection).map(([name, key, methods]) => {
    const classified = classification[key] as Classified;
    const known = new Set(kinds.flatMap((kind) => listed(classified[kind])));
    const unknown = methods.filter((method) => !known.has(method));
    if (unknown.length > 0) faults.push(`methods of ${name} that nobody classified: ${unknown.join(', ')}`);
    const counts = kinds.map((kind) => whole(listed(classified[kind]).length));
    return [name, whole(methods.length), ...counts, whole(unknown.length)];
  });
  return {
    text: [
      '## Every method of Mongoose and its driver',
      `Mongoose ${mongoose.version}, by reflection. **Scoped** methods reach documents, bound to the tenant alone; **refused** ` +
        'never do on a tenant’s collection; **definitions** are the boot’s; **harmless** ones touch no document; those ' +
        '**beside** go past the model, where the wire probe stands. A method that is not classified fails the tests.',
      table(['of', 'methods', ...kinds, 'unclassified'], rows),
    ].join('\n\n'),
    faults,
  };
};
