import { isEmail } from 'class-validator';
import { InputError } from '../support/input.error';

/** @throws InputError */
export const checkEmail = (email: string): string => {
  if (email.length > 254 || !isEmail(email)) throw new InputError('--email is not an e-mail address.');
  return email;
};

/** @throws InputError */
export const checkName = (name: string): string => {
  if (name.length === 0 || name.length > 200) throw new InputError('--name must have 1 to 200 characters.');
  return name;
};

/** The password as it was typed: without the end of the line. @throws InputError */
export const checkPassword = (text: string): string => {
  const [password = ''] = text.split(/\r?\n/, 1);
  if (password === '') {
    throw new InputError('No password: set SUPER_ADMIN_PASSWORD, or write it to standard input.');
  }
  const { length } = [...password];
  if (length < 12 || length > 128) {
    throw new InputError(`The password must have 12 to 128 characters; it has ${length}.`);
  }
  return password;
};
