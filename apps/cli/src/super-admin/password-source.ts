import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InputError } from '../support/input.error';
import { checkPassword } from './super-admin.rules';

/** Asks at the terminal, without showing what is typed. */
const ask = async (): Promise<string> => {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  const ended = new AbortController();
  // Ctrl-C and Ctrl-D: in this mode they are ordinary keys and would leave the question open.
  terminal.once('SIGINT', () => ended.abort()).once('close', () => ended.abort());
  process.stderr.write('Password: ');
  try {
    return await terminal.question('', { signal: ended.signal });
  } catch {
    throw new InputError('No password was typed.');
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
