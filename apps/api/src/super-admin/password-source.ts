import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { checkPassword } from './super-admin-input';

/** At a terminal: asked for, and not shown while it is typed. */
const ask = async (): Promise<string> => {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  process.stderr.write('Password: ');
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
};

/** From SUPER_ADMIN_PASSWORD, or standard input. @throws InputError */
export const readPassword = async (env: NodeJS.ProcessEnv = process.env): Promise<string> => {
  const given = env['SUPER_ADMIN_PASSWORD'];
  if (given !== undefined && given !== '') return checkPassword(given);
  return checkPassword(process.stdin.isTTY ? await ask() : await text(process.stdin));
};
