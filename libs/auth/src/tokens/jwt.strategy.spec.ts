import { createHmac, createSecretKey, randomUUID } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import fc from 'fast-check';
import { UnauthenticatedError } from '@financeops/core/errors';
import type { UserPrincipal } from './access-token.claims';
import { AccessTokenIssuer } from './access-token.issuer';
import { accessTokenOptions } from './access-token.options';
import { JwtStrategy } from './jwt.strategy';
import { SigningKeys } from './signing-keys';

const CURRENT = 'current-secret-of-at-least-32-bytes!';
const PREVIOUS = 'previous-secret-of-at-least-32-bytes';
const STRANGE = 'a-secret-that-was-never-one-of-ours!';

const keys = new SigningKeys({ current: CURRENT, previous: [PREVIOUS] });
const strategy = new JwtStrategy(keys);
const admin: UserPrincipal = { type: 'user', id: 'a'.repeat(24), tenantId: 'b'.repeat(24), role: 'ADMIN' };
const operator: UserPrincipal = { type: 'super-admin', id: 'c'.repeat(24), role: 'SUPER_ADMIN' };
const now = () => Math.floor(Date.now() / 1000);

const issuerOf = (secrets: SigningKeys) => new AccessTokenIssuer(new JwtService(accessTokenOptions(secrets)));
const verify = (authorization: string) => strategy.verifyRequest({ headers: { authorization } });
const bearer = (token: string) => verify(`Bearer ${token}`);

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
/** Signs whatever it is given, as an attacker (or a careless issuer) with the secret would. */
const forge = (
  payload: unknown,
  {
    header = {},
    secret = CURRENT,
    hash = 'sha256',
  }: { header?: object; secret?: string; hash?: string } = {},
): string => {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
};
const claims = (more: object = {}): object => ({
  sub: admin.id,
  tenantId: 'b'.repeat(24),
  role: 'ADMIN',
  ver: 0,
  jti: 'x',
  iat: now(),
  exp: now() + 60,
  ...more,
});

describe('An access token', () => {
  it.each([admin, operator])('that was issued is accepted and names its $type', async (person) => {
    const issuedAt = now() - 5;
    const token = await issuerOf(keys).issue({ person, tokenVersion: 3 }, issuedAt);
    await expect(bearer(token)).resolves.toEqual({ person, version: 3, expiresAt: issuedAt + 900 });
  });

  it('carries the claims of the contract, and no tenantId for a super-admin', async () => {
    const issuedAt = now();
    const read = async (person: UserPrincipal) =>
      new JwtService().decode<{ header: object; payload: object }>(
        await issuerOf(keys).issue({ person, tokenVersion: 3 }, issuedAt),
        { complete: true },
      );
    const user = await read(admin);
    expect(user.header).toEqual({ alg: 'HS256', typ: 'JWT', kid: keys.current.kid });
    expect(user.payload).toEqual({
      sub: admin.id,
      tenantId: 'b'.repeat(24),
      role: 'ADMIN',
      ver: 3,
      jti: expect.any(String),
      iat: issuedAt,
      exp: issuedAt + 900,
    });
    expect((await read(operator)).payload).not.toHaveProperty('tenantId');
  });

  it('signed with a previous secret is accepted by its kid', async () => {
    const old = await issuerOf(new SigningKeys({ current: PREVIOUS, previous: [] })).issue(
      { person: admin, tokenVersion: 0 },
      now(),
    );
    await expect(bearer(old)).resolves.toMatchObject({ person: admin });
  });

  it('without a kid is checked against the current secret alone', async () => {
    await expect(bearer(forge(claims()))).resolves.toMatchObject({ person: admin });
    await expect(bearer(forge(claims(), { secret: PREVIOUS }))).rejects.toThrow(UnauthenticatedError);
  });

  it('is refused when its kid names another key than the one that signed it', async () => {
    const header = { kid: keys.current.kid };
    await expect(bearer(forge(claims(), { header, secret: PREVIOUS }))).rejects.toThrow(UnauthenticatedError);
  });

  it.each([{ kid: 'unknown' }, { kid: null }, { kid: 7 }, { kid: ['x'] }, { crit: ['exp'] }])(
    'is refused with the header %j, though rightly signed',
    async (header) => {
      await expect(bearer(forge(claims(), { header }))).rejects.toThrow(UnauthenticatedError);
    },
  );

  it('is refused when a secret of nobody signed it', async () => {
    await expect(bearer(forge(claims(), { secret: STRANGE }))).rejects.toThrow(UnauthenticatedError);
  });

  it.each([
    ['HS512', 'sha512'],
    ['HS384', 'sha384'],
  ])('is refused with %s, though rightly signed', async (alg, hash) => {
    await expect(bearer(forge(claims(), { header: { alg }, hash }))).rejects.toThrow(UnauthenticatedError);
  });

  it('is refused with the algorithm none, with or without a signature', async () => {
    const [header, payload, signature] = forge(claims(), { header: { alg: 'none' } }).split('.');
    await expect(bearer(`${header}.${payload}.`)).rejects.toThrow(UnauthenticatedError);
    await expect(bearer(`${header}.${payload}.${signature}`)).rejects.toThrow(UnauthenticatedError);
  });

  it('is refused once expired, before its time, and without an expiry', async () => {
    await expect(bearer(forge(claims({ exp: now() - 1 })))).rejects.toThrow(UnauthenticatedError);
    await expect(bearer(forge(claims({ nbf: now() + 60 })))).rejects.toThrow(UnauthenticatedError);
    await expect(bearer(forge(claims({ exp: undefined })))).rejects.toThrow(UnauthenticatedError);
  });

  it.each([
    { sub: 'someone' },
    { sub: undefined },
    { sub: 'A'.repeat(24) },
    { tenantId: undefined },
    { tenantId: null },
    { tenantId: { $ne: '' } },
    { role: 'SUPER_ADMIN' },
    { role: 'OWNER' },
    { role: ['ADMIN'] },
    { iat: 'yesterday' },
    { iat: undefined },
    { ver: undefined },
    { ver: -1 },
    { ver: '0' },
    { ver: 0.5 },
  ])('is refused with the claims %j, though rightly signed', async (odd) => {
    await expect(bearer(forge(claims(odd)))).rejects.toThrow(UnauthenticatedError);
  });

  it('of a tenant role without a tenant, or of a super-admin with one, is none', async () => {
    const payload = claims({ role: 'SUPER_ADMIN', tenantId: undefined });
    await expect(bearer(forge(payload))).resolves.toMatchObject({ person: { type: 'super-admin' } });
    await expect(bearer(forge({ ...payload, tenantId: 'b'.repeat(24) }))).rejects.toThrow(
      UnauthenticatedError,
    );
    await expect(bearer(forge({ ...payload, role: 'VIEWER' }))).rejects.toThrow(UnauthenticatedError);
  });

  it('is refused after any change of any one of its characters', async () => {
    const token = await issuerOf(keys).issue({ person: admin, tokenVersion: 0 }, now());
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: token.length - 1 }),
        fc.constantFrom(...alphabet),
        async (at, character) => {
          fc.pre(token[at] !== character);
          const changed = token.slice(0, at) + character + token.slice(at + 1);
          await expect(bearer(changed)).rejects.toThrow(UnauthenticatedError);
        },
      ),
    );
  });
});

describe('An Authorization header', () => {
  it('is read without regard to the case of its scheme', async () => {
    const token = await issuerOf(keys).issue({ person: admin, tokenVersion: 0 }, now());
    await expect(verify(`bearer ${token}`)).resolves.toMatchObject({ person: admin });
  });

  it('is refused with another scheme, nothing in it, or anything around the token', async () => {
    const token = await issuerOf(keys).issue({ person: admin, tokenVersion: 0 }, now());
    for (const header of [
      '',
      'Bearer',
      'Bearer ',
      token,
      `Basic ${token}`,
      `Bearer ${token} ${token}`,
      `Bearer ${token},`,
      `x Bearer ${token}`,
      `Bearer ${token}, Bearer ${token}`,
    ]) {
      await expect(verify(header)).rejects.toThrow(UnauthenticatedError);
    }
  });

  it('of any content ends as a 401, never as another error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), fc.string(), async (...parts) => {
        const token = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
        await expect(bearer(token)).rejects.toThrow(UnauthenticatedError);
      }),
    );
  });
});

describe('Signing keys', () => {
  it('are kept as KeyObjects of the secrets', () => {
    expect(keys.current.key.equals(createSecretKey(Buffer.from(CURRENT)))).toBe(true);
    expect(keys.forKid(undefined)).toBe(keys.current.key);
  });

  it('are named by their secrets: alike in every process, and telling nothing of them', () => {
    expect(new SigningKeys({ current: CURRENT, previous: [] }).current.kid).toBe(keys.current.kid);
    expect(new SigningKeys({ current: PREVIOUS, previous: [] }).current.kid).not.toBe(keys.current.kid);
    expect(CURRENT).not.toContain(keys.current.kid);
  });
});

describe('A token that was verified', () => {
  const carrying = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  afterEach(() => jest.useRealTimers());

  it('is cached as it was verified, and only as it was sent', async () => {
    // Tokens of one second are alike: this one is nobody else's.
    const token = forge(claims({ jti: randomUUID() }));
    expect(strategy.getCached(carrying(token))).toBeUndefined();
    const verified = await strategy.verifyRequest(carrying(token));
    expect(strategy.getCached(carrying(token))).toEqual(verified);
    expect(strategy.getCached(carrying(`${token}A`))).toBeUndefined();
    expect(strategy.getCached(carrying(forge(claims(), { secret: STRANGE })))).toBeUndefined();
    expect(strategy.getCached({ headers: {} })).toBeUndefined();
  });

  it('is not cached once refused', async () => {
    const token = forge(claims(), { secret: STRANGE });
    await expect(bearer(token)).rejects.toThrow(UnauthenticatedError);
    expect(strategy.getCached(carrying(token))).toBeUndefined();
  });

  it('ends with its expiry, to the second, cached or verified', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const begun = now();
    jest.setSystemTime(begun * 1000);
    const token = forge(claims({ iat: begun, exp: begun + 60 }));
    await bearer(token);
    jest.setSystemTime((begun + 60) * 1000 - 1);
    expect(strategy.getCached(carrying(token))).toBeDefined();
    jest.setSystemTime((begun + 60) * 1000);
    expect(strategy.getCached(carrying(token))).toBeUndefined();
    await expect(bearer(token)).rejects.toThrow(UnauthenticatedError);
  });
});
