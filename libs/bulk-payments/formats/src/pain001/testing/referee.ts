import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PainFormat } from '../structure/versions';

const stderrOf = (command: string, args: string[], directory: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
    const parts: Buffer[] = [];
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(parts).toString()));
  });

/** Validates documents with libxml2 against the published schema in `schemas`; returns whether each is valid. */
export const refereeVerdicts = async (
  schemas: string,
  format: PainFormat,
  documents: readonly string[],
): Promise<boolean[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'pain001-'));
  try {
    const names = documents.map((_, at) => `${at}.xml`);
    await Promise.all(documents.map((text, at) => writeFile(join(directory, names[at]!), text)));
    const options = ['--stream', '--nonet', '--noout', '--schema', join(schemas, `${format}.xsd`)];
    const said = await stderrOf('xmllint', [...options, ...names], directory);
    const valid = new Set([...said.matchAll(/^(\d+)\.xml validates$/gm)].map(([, at]) => Number(at)));
    const refused = new Set(
      [...said.matchAll(/^(\d+)\.xml fails to (?:validate|parse)$/gm)].map(([, at]) => Number(at)),
    );
    if (valid.size + refused.size !== documents.length)
      throw new Error(`No verdict on each: ${said.slice(0, 500)}`);
    return documents.map((_, at) => valid.has(at));
  } finally {
    await rm(directory, { recursive: true });
  }
};
