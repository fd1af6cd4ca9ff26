import { InputError } from '../support/input.error';
import { checkEmail, checkName, checkPassword } from './super-admin.rules';

describe('The options of super-admin create', () => {
  it('are an e-mail address and a name', () => {
    expect(checkEmail('Ada@bank.example')).toBe('Ada@bank.example');
    expect(checkName('Ada')).toBe('Ada');
  });

  it.each(['', 'nobody', `${'x'.repeat(250)}@bank.example`])('refuse the address %j', (email) => {
    expect(() => checkEmail(email)).toThrow(InputError);
  });

  it.each(['', 'x'.repeat(201)])('refuse the name %j', (name) => {
    expect(() => checkName(name)).toThrow(InputError);
  });
});

describe('The password', () => {
  it.each(['twelve chars', ' spaces at both ends ', 'ключ'.repeat(3), '🔑'.repeat(128), 'x'.repeat(128)])(
    '%j is taken as it is, without the end of the line',
    (password) => {
      for (const end of ['', '\n', '\r\n', '\nmore']) expect(checkPassword(password + end)).toBe(password);
    },
  );

  it.each(['', '\n', 'eleven char', 'x'.repeat(129), '🔑'.repeat(11)])(
    '%j is refused, unrepeated',
    (password) => {
      expect(() => checkPassword(password)).toThrow(InputError);
      if (password.length > 1) expect(() => checkPassword(password)).not.toThrow(password);
    },
  );
});
