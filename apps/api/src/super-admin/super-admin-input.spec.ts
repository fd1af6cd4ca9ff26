import { InputError } from '../command';
import { checkPassword, readArguments } from './super-admin-input';

describe('The arguments of create-super-admin', () => {
  it('are an e-mail, and a name if one likes', () => {
    expect(readArguments(['--email', 'Ada@bank.example'])).toEqual({ email: 'Ada@bank.example', name: null });
    expect(readArguments(['--email=ada@bank.example', '--name', 'Ada'])).toMatchObject({ name: 'Ada' });
  });

  it.each([
    [[]],
    [['--email']],
    [['--email', '']],
    [['--email', 'nobody']],
    [['--email', `${'x'.repeat(250)}@bank.example`]],
    [['--email', 'ada@bank.example', '--name', '']],
    [['--email', 'ada@bank.example', 'extra']],
  ])('%j are refused', (args) => {
    expect(() => readArguments(args)).toThrow(InputError);
  });

  it('take no password, and a refusal never repeats one', () => {
    const secret = 'a password of some length';
    for (const args of [['--password', secret], [`--password=${secret}`], [secret]]) {
      const refusal = () => readArguments(['--email', 'ada@bank.example', ...args]);
      expect(refusal).toThrow(InputError);
      expect(refusal).not.toThrow(secret);
    }
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
