import { spawn } from 'node:child_process';
import path from 'node:path';
import { START_TIMEOUT_MS, startApi, type RunningApi } from '@financeops/testing';

const SCRIPT = path.resolve(__dirname, '../../../../dist/apps/cli/src/main.js');
const PASSWORD = 'a password of some length';
let api: RunningApi;
let serial = 0;
beforeAll(async () => {
  api = await startApi();
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

interface Run {
  args?: string[];
  input?: string;
  env?: Record<string, string>;
}

/** Runs the command as a person does, with the API's settings. */
const run = async ({ args = [], input = '', env = {} }: Run) => {
  const child = spawn(process.execPath, [SCRIPT, 'super-admin', 'create', ...args], {
    env: { PATH: process.env['PATH'], ...api.env, NODE_ENV: 'production', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  // One that refuses its arguments may end before it reads.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
};
const anAddress = () => `operator${(serial += 1)}@financeops.example`;

describe('cli super-admin create', () => {
  it.each<[string, (email: string) => Run]>([
    ['the environment', (email) => ({ args: ['--email', email], env: { SUPER_ADMIN_PASSWORD: PASSWORD } })],
    ['standard input', (email) => ({ args: [`--email=${email.toUpperCase()}`], input: `${PASSWORD}\n` })],
  ])('makes one with the password from %s, who can log in', async (_where, how) => {
    const email = anAddress();
    const { code, output } = await run(how(email));
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(email) as unknown });
    expect(output).not.toContain(PASSWORD);
    const { accessToken } = await api.login({ email, password: PASSWORD });
    const operator = api.client().bearer(accessToken);
    expect((await operator.get('/v1/admin/tenants')).status).toBe(200);
    const id = /[0-9a-f]{24}/.exec(output)![0];
    const events = await api.db.collection('audit_events').find({ 'resource.id': id }).toArray();
    expect(events).toMatchObject([
      {
        tenantId: null,
        action: 'user.created',
        actor: { type: 'system' },
        resource: { type: 'super-admin', id },
      },
    ]);
    expect(JSON.stringify(events)).not.toContain(email);
  });

  it('says that there is one already, and changes nothing', async () => {
    const args = ['--email', anAddress()];
    await run({ args, input: PASSWORD });
    const again = await run({ args, input: 'another password, as long' });
    expect(again).toMatchObject({
      code: 2,
      output: 'A super-admin with this e-mail address exists already.\n',
    });
    await expect(api.login({ email: args[1]!, password: PASSWORD })).resolves.toMatchObject({
      tokenType: 'Bearer',
    });
  });

  it.each<[string, Run, RegExp]>([
    ['no e-mail', { input: PASSWORD }, /required option '--email <address>'/],
    [
      'a password as an argument',
      { args: ['--email', 'a@b.example', '--password', PASSWORD] },
      /unknown option '--password'/,
    ],
    [
      'a password in an option, with a quote in it',
      { args: ['--email', 'a@b.example', `--password=it's ${PASSWORD}`] },
      /unknown option '--password'\n$/,
    ],
    ['no password', { args: ['--email', 'a@b.example'] }, /No password/],
    ['a short password', { args: ['--email', 'a@b.example'], input: 'short' }, /12 to 128/],
    [
      'no settings',
      { args: ['--email', 'a@b.example'], input: PASSWORD, env: { MONGODB_URI: '' } },
      /MONGODB_URI/,
    ],
  ])('with %s says what is wrong', async (_what, how, says) => {
    const { code, output } = await run(how);
    expect(code).toBe(2);
    expect(output).toMatch(says);
    expect(output).not.toContain(PASSWORD);
    expect(output).not.toMatch(/\n\s+at /);
  });
});
