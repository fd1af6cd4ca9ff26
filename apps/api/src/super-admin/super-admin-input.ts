import { parseArgs } from 'node:util';
import { isEmail } from 'class-validator';
import { InputError } from '../command';

const USAGE = `Usage: npm run create-super-admin -- --email <address> [--name <name>]

The password, 12 to 128 characters, comes from the environment variable SUPER_ADMIN_PASSWORD or, without it, from the
first line of standard input; never from an argument, which other users of the machine can read. MONGODB_URI, REDIS_URL,
JWT_SECRET and ENCRYPTION_KEY are the API's.`;

export interface SuperAdminArguments {
  email: string;
  name: string | null;
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: { email: { type: 'string' }, name: { type: 'string' } } })
      .values;
  } catch {
    // Not the parser's own words: they may quote what was typed, a password for instance.
    throw new InputError(`These arguments are not understood.\n\n${USAGE}`);
  }
};

/** @throws InputError */
export const readArguments = (args: readonly string[]): SuperAdminArguments => {
  const { email, name = null } = parse(args);
  if (email === undefined) throw new InputError(`--email is missing.\n\n${USAGE}`);
  if (email.length > 254 || !isEmail(email)) throw new InputError('--email is not an e-mail address.');
  if (name !== null && (name.length === 0 || name.length > 200)) {
    throw new InputError('--name must have 1 to 200 characters.');
  }
  return { email, name };
};

/** The password as it was typed: only the end of the line is cut off. @throws InputError */
export const checkPassword = (text: string): string => {
  const password = text.split(/\r?\n/, 1)[0]!;
  if (password === '') {
    throw new InputError('There is no password: set SUPER_ADMIN_PASSWORD, or write it to standard input.');
  }
  const { length } = [...password];
  if (length < 12 || length > 128) {
    throw new InputError(`The password must have 12 to 128 characters; it has ${length}.`);
  }
  return password;
};
