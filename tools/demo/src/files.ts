import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pain001 } from './pain001';

/** A file to be sent, and how. */
export interface DemoFile {
  name: string;
  /** Who sends it. */
  tenant: 'city-credit' | 'first-bank';
  mediaType: string;
  query: string;
  bytes: Buffer;
}

const MEDIA_TYPES: Record<string, string> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.xml': 'application/xml',
};

/** Lists of public spending name their columns so. */
const FOREIGN_CSV =
  '&currency=GBP&map=' + encodeURIComponent('reference:Trans No,amount:Amount,creditorName:Supplier Name');

const queryOf = (extension: string, bytes: Buffer): string => {
  const foreign = extension === '.csv' && /trans no/i.test(bytes.subarray(0, 1_000).toString('utf8'));
  return `mode=continue${foreign ? FOREIGN_CSV : ''}`;
};

/** Makes a sample of ours a new file on every run, for the same bytes pay once; the files of others stay as they are. */
const asNew = (bytes: Buffer, run: string): Buffer =>
  Buffer.from(bytes.toString('utf8').replaceAll('SAMPLE', run));

const read = async (file: string, index: number): Promise<DemoFile> => {
  const bytes = await readFile(file);
  const extension = path.extname(file).toLowerCase();
  return {
    name: path.basename(file),
    tenant: index % 2 === 0 ? 'first-bank' : 'city-credit',
    mediaType: MEDIA_TYPES[extension] ?? 'application/xml',
    query: queryOf(extension, bytes),
    bytes,
  };
};

/** Our samples, fit to be sent again on each run, and a large one made for it. */
export const ownFiles = async (samples: string, run: string): Promise<DemoFile[]> => {
  const names = (await readdir(samples)).filter(
    (name) => path.extname(name) in MEDIA_TYPES && !name.startsWith('broken'),
  );
  const files = await Promise.all(names.sort().map((name, index) => read(path.join(samples, name), index)));
  const large = Buffer.from([...pain001(2_000, `${run}-2000`)].join(''));
  return [
    ...files.map((file) => ({ ...file, bytes: asNew(file.bytes, run) })),
    {
      name: 'generated, 2,000 instructions',
      tenant: 'first-bank',
      mediaType: 'application/xml',
      query: 'mode=atomic',
      bytes: large,
    },
  ];
};

/** Any file, or all that a folder holds. */
export const givenFiles = async (paths: readonly string[]): Promise<DemoFile[]> => {
  const files: string[] = [];
  for (const given of paths) {
    const isFolder = (await stat(given)).isDirectory();
    files.push(...(isFolder ? (await readdir(given)).map((name) => path.join(given, name)) : [given]));
  }
  return Promise.all(files.filter((file) => path.extname(file).toLowerCase() in MEDIA_TYPES).map(read));
};
