import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { MongoClient, type Document } from 'mongodb';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { AuthController } from '../http/auth.controller';
import { PasswordHasher } from '../passwords/password-hasher';
import { SuperAdminService } from '../super-admins/super-admin.service';
import { authBench, type AuthBench } from '../testing/auth-bench';
import { JwtStrategy } from '../tokens/jwt.strategy';
import { UserService } from '../users/user.service';

const PASSWORD = 'a password of some length';
const WRONG = 'another one, as long as that';
const FAILURES_A_MINUTE = 10;

let bench: AuthBench;
let tenant: ResolvedTenant;
let client: MongoClient;
let serial = 0;
beforeAll(async () => {
  bench = await authBench();
  client = await MongoClient.connect(process.env['TEST_MONGODB_URI']!);
});
afterAll(async () => {
  await client.close();
  await bench.close();
});
beforeEach(async () => {
  tenant = await bench.tenant();
});

const controller = () => bench.module.get(AuthController);
const requestOf = (id: string) => ({ id }) as FastifyRequest;
const loginAnywhere = (email: string, password: string, id: string = randomUUID()) =>
  controller().login({ email, password }, requestOf(id));
const login = (email: string, password: string, id?: string) =>
  bench.within(tenant, () => loginAnywhere(email, password, id));
const personOf = async (login: Promise<{ accessToken: string }>) =>
  (
    await bench.module
      .get(JwtStrategy)
      .verifyRequest({ headers: { authorization: `Bearer ${(await login).accessToken}` } })
  ).person;

const aUser = async (email = 'ada@bank.example'): Promise<string> => {
  const user = await bench.within(tenant, () =>
    bench.module.get(UserService).create({ email, password: PASSWORD, role: 'ADMIN' }),
  );
  return user._id.toString();
};
const anOperator = async (): Promise<{ id: string; email: string }> => {
  const email = `operator${(serial += 1)}@financeops.example`;
  return { id: await bench.module.get(SuperAdminService).create({ email, password: PASSWORD }), email };
};
const eventsOf = (requestId: string): Promise<Document[]> =>
  client.db(bench.connection.name).collection('audit_events').find({ requestId }).toArray();

describe('A login', () => {
  it("gives a user tokens of the tenant's, whatever case the e-mail is typed in", async () => {
    const id = await aUser();
    await expect(personOf(login('Ada@BANK.example', PASSWORD))).resolves.toEqual({
      type: 'user',
      id,
      tenantId: tenant.id,
      role: 'ADMIN',
    });
  });

  it('finds users of the named tenant alone', async () => {
    await aUser();
    tenant = await bench.tenant();
    await expect(login('ada@bank.example', PASSWORD)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('without a tenant finds super-admins, and with one never', async () => {
    await aUser();
    const operator = await anOperator();
    await expect(personOf(loginAnywhere(operator.email, PASSWORD))).resolves.toEqual({
      type: 'super-admin',
      id: operator.id,
      role: 'SUPER_ADMIN',
    });
    await expect(login(operator.email, PASSWORD)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(loginAnywhere('ada@bank.example', PASSWORD)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('answers an unknown e-mail and a wrong password alike, after checking a password in both', async () => {
    await aUser();
    const verify = jest.spyOn(bench.module.get(PasswordHasher), 'verify');
    const answers = [];
    for (const [email, password] of [
      ['ada@bank.example', WRONG],
      ['nobody@bank.example', PASSWORD],
    ] as const) {
      answers.push(await login(email, password).catch((error: Error) => ({ ...error, text: error.message })));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ code: 'unauthenticated' });
    expect(verify.mock.calls.map(([hash]) => typeof hash)).toEqual(['string', 'object']);
    verify.mockRestore();
  });

  it('is refused after ten failures within a minute, right or wrong, for that account alone', async () => {
    await aUser();
    await aUser('grace@bank.example');
    for (let failures = 0; failures < FAILURES_A_MINUTE; failures += 1) {
      await expect(login('ada@bank.example', WRONG)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    for (const password of [WRONG, PASSWORD]) {
      const refusal = await login('ADA@bank.example', password).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'rate-limited', retryAfter: expect.any(Number) });
    }
    await expect(login('grace@bank.example', PASSWORD)).resolves.toMatchObject({ tokenType: 'Bearer' });
  });

  it('is limited for unknown e-mails too, so that the limit tells nothing', async () => {
    const codes = [];
    for (let attempts = 0; attempts <= FAILURES_A_MINUTE; attempts += 1) {
      codes.push(await login('nobody@bank.example', WRONG).catch((error: { code: string }) => error.code));
    }
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(FAILURES_A_MINUTE);
    expect(codes.at(-1)).toBe('rate-limited');
  });

  it('tells at most ten of many guesses at once that they were wrong', async () => {
    await aUser();
    const codes = await Promise.all(
      Array.from({ length: 30 }, () =>
        login('ada@bank.example', WRONG).catch((error: { code: string }) => error.code),
      ),
    );
    expect(codes.filter((code) => code === 'unauthenticated').length).toBeLessThanOrEqual(FAILURES_A_MINUTE);
    expect(new Set(codes)).toEqual(new Set(['unauthenticated', 'rate-limited']));
  });
});

describe('The audit log', () => {
  it("has a login in its tenant's log", async () => {
    const [id, requestId] = [await aUser(), randomUUID()];
    await login('ada@bank.example', PASSWORD, requestId);
    const [event, ...others] = await eventsOf(requestId);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ action: 'auth.login', outcome: 'allowed', actor: { type: 'user', id } });
    expect(String(event!['tenantId'])).toBe(tenant.id);
  });

  it('has a failed one with whose it was, and never what was typed', async () => {
    const [id, known, unknown] = [await aUser(), randomUUID(), randomUUID()];
    await login('ada@bank.example', WRONG, known).catch(() => undefined);
    await login('nobody@bank.example', WRONG, unknown).catch(() => undefined);
    const events = [...(await eventsOf(known)), ...(await eventsOf(unknown))];
    expect(events).toMatchObject([
      { action: 'auth.login-failed', outcome: 'denied', resource: { type: 'user', id } },
      { action: 'auth.login-failed', outcome: 'denied', resource: null },
    ]);
    for (const typed of ['ada@bank.example', 'nobody@bank.example', WRONG]) {
      expect(JSON.stringify(events)).not.toContain(typed);
    }
  });

  it("has a super-admin's login in the platform's own log", async () => {
    const [operator, requestId] = [await anOperator(), randomUUID()];
    await loginAnywhere(operator.email, PASSWORD, requestId);
    await expect(eventsOf(requestId)).resolves.toMatchObject([
      { action: 'auth.login', tenantId: null, actor: { type: 'super-admin', id: operator.id } },
    ]);
  });
});
