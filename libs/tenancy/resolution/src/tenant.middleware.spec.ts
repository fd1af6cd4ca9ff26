import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Connection } from 'mongoose';
import type { Config } from '@financeops/core/config';
import { UnauthenticatedError, UnavailableError } from '@financeops/core/errors';
import {
  requestState,
  TenantContextService,
  type Principal,
  type RequestState,
  type TenantConnections,
  type TenantContext,
} from '@financeops/tenancy/context';
import type { CredentialVerifier } from './credential-verifier';
import { aResolver, bankA, bankB, keyOf, superAdmin, userOf } from './resolution.fixture';
import { TenantMiddleware } from './tenant.middleware';

const contexts = new TenantContextService();
const connection = {} as Connection;

interface World {
  principal?: Principal | Error;
  cached?: Principal;
  known?: boolean;
  /** How the tenant's connection is had. */
  opened?: boolean;
  opening?: () => Promise<Connection>;
}
const aMiddleware = ({ principal, cached, known = true, opened = true, opening }: World = {}) => {
  const verifier: CredentialVerifier = {
    verify: () =>
      principal instanceof Error ? Promise.reject(principal) : Promise.resolve(principal ?? null),
    getCached: () => cached,
  };
  const getConnection = jest.fn(opening ?? (() => Promise.resolve(connection)));
  const connections: TenantConnections = {
    getCached: () => (opened ? connection : undefined),
    getConnection,
  };
  const { resolver } = aResolver(known ? undefined : []);
  const resolved = jest.spyOn(resolver, 'resolve');
  const config = {
    TRUST_PROXY: ['10.0.0.0/8'],
    BASE_DOMAIN: 'financeops.com',
    NEUTRAL_HOSTS: ['lb.internal'],
  } as unknown as Config;
  const middleware = new TenantMiddleware(config, verifier, resolver, contexts, connections);
  return { middleware, resolved, getConnection };
};

const aRequest = (headers: Record<string, string> = {}, from = '1.2.3.4') =>
  ({
    id: 'req-1',
    originalUrl: '/v1/me',
    raw: {
      rawHeaders: Object.entries({ host: 'financeops.com', ...headers }).flat(),
      socket: { remoteAddress: from },
    },
  }) as unknown as FastifyRequest;

/** What the rest of the request finds. */
interface Found {
  state: RequestState;
  context: TenantContext | null;
  error: Error | undefined;
}
const pass = (middleware: TenantMiddleware, request = aRequest()): Promise<Found> =>
  new Promise((resolve) =>
    middleware.use(request, {} as FastifyReply, (error) =>
      resolve({
        state: requestState(request),
        context: contexts.hasTenantContext() ? contexts.getContext() : null,
        error,
      }),
    ),
  );

describe('A request goes on', () => {
  it('in the context of its tenant, with its origin and connection', async () => {
    const principal = userOf(bankA);
    const { state, context } = await pass(aMiddleware({ principal }).middleware);
    expect(state).toMatchObject({ principal, credentialError: null, tenantError: null, claims: {} });
    expect(context).toMatchObject({
      tenant: bankA,
      resolvedVia: 'jwt',
      resolvedAt: state.context!.resolvedAt,
      origin: { requestId: 'req-1', actor: principal },
    });
    expect(context?.connection).toBe(connection);
  });

  it('without one, when nobody and nothing is named', async () => {
    const { state, context } = await pass(aMiddleware().middleware);
    expect(context).toBeNull();
    expect(state).toEqual({
      principal: null,
      credentialError: null,
      context: null,
      tenantError: null,
      claims: {},
    });
  });

  it('with the error that a guard will throw, and without a context, when its names contradict each other', async () => {
    const { middleware } = aMiddleware({ principal: userOf(bankA) });
    const { state, context } = await pass(middleware, aRequest({ 'x-tenant-id': 'bank-b' }));
    expect(context).toBeNull();
    expect(state).toMatchObject({
      principal: userOf(bankA),
      tenantError: { code: 'tenant-mismatch' },
      contradicted: { principal: userOf(bankA), tenant: { id: bankA.id } },
      claims: { jwt: bankA.id, header: bankB.id },
    });
  });

  it('without a context when its credential is not valid: no header stands in for it', async () => {
    const error = new UnauthenticatedError();
    const { middleware } = aMiddleware({ principal: error });
    const { state, context } = await pass(middleware, aRequest({ 'x-tenant-id': 'bank-a' }));
    expect(context).toBeNull();
    expect(state).toMatchObject({
      principal: null,
      credentialError: error,
      context: null,
      tenantError: null,
    });
  });

  it('no further when nobody can be asked who calls', async () => {
    const error = new TypeError('a fault of ours');
    const { error: passed, context } = await pass(aMiddleware({ principal: error }).middleware);
    expect(passed).toBe(error);
    expect(context).toBeNull();
  });
});

describe('A key with another tenant’s header', () => {
  const request = () => aRequest({ 'x-tenant-id': 'bank-b' });

  it('is a bad credential, and says whose rate limit pays for it', async () => {
    const { middleware } = aMiddleware({ principal: keyOf(bankA) });
    const { state, context } = await pass(middleware, request());
    expect(context).toBeNull();
    expect(state).toEqual({
      principal: null,
      credentialError: expect.any(UnauthenticatedError) as Error,
      context: null,
      tenantError: null,
      contradicted: { principal: keyOf(bankA), tenant: expect.objectContaining({ id: bankA.id }) as object },
      claims: { header: bankB.id, 'api-key': bankA.id },
    });
  });
});

describe('What is known at once', () => {
  const world = { cached: userOf(bankA), principal: new Error('nobody asks') };

  it('is entered without waiting', () => {
    const { middleware, resolved } = aMiddleware(world);
    let context: TenantContext | undefined;
    const request = aRequest({ 'x-tenant-id': 'bank-a' });
    middleware.use(request, {} as FastifyReply, () => (context = contexts.getContext()));
    expect(context).toMatchObject({ tenant: bankA, origin: { requestId: 'req-1', actor: userOf(bankA) } });
    expect(requestState(request)).toMatchObject({
      principal: userOf(bankA),
      credentialError: null,
      tenantError: null,
      claims: {},
    });
    expect(resolved).not.toHaveBeenCalled();
  });

  it('is looked up when only the caller is known', async () => {
    const { middleware, resolved } = aMiddleware({ ...world, principal: userOf(bankA), known: false });
    expect((await pass(middleware)).context?.tenant).toBe(bankA);
    expect(resolved).toHaveBeenCalledTimes(1);
  });

  it('is examined when something beside the token names another', async () => {
    const { middleware } = aMiddleware({ ...world, principal: userOf(bankA) });
    const { state } = await pass(middleware, aRequest({ 'x-tenant-id': 'bank-b' }));
    expect(state.tenantError?.code).toBe('tenant-mismatch');
  });
});

describe('A tenant’s connection', () => {
  it('is opened for a caller, before the rest runs', async () => {
    const { middleware, getConnection } = aMiddleware({ principal: userOf(bankA), opened: false });
    expect((await pass(middleware)).context?.connection).toBe(connection);
    expect(getConnection).toHaveBeenCalledWith(bankA);
  });

  it('is not opened for somebody who is nobody yet', async () => {
    const { middleware, getConnection } = aMiddleware({ opened: false });
    const { context } = await pass(middleware, aRequest({ 'x-tenant-id': 'bank-a' }));
    expect(context).toMatchObject({ tenant: bankA, resolvedVia: 'header' });
    expect(context?.connection).toBeUndefined();
    expect(getConnection).not.toHaveBeenCalled();
  });

  it('that can’t be had ends the request', async () => {
    const error = new UnavailableError();
    const { middleware } = aMiddleware({
      principal: userOf(bankA),
      opened: false,
      opening: () => Promise.reject(error),
    });
    const found = await pass(middleware);
    expect(found.error).toBe(error);
    expect(found.context).toBeNull();
  });
});

describe('The names of a request', () => {
  it('are read once, before the body, and refused there when they are malformed', async () => {
    const { middleware } = aMiddleware({ principal: userOf(bankA) });
    const request = aRequest({ 'x-tenant-id': 'bank-a' });
    middleware.readRequest(request);
    Object.assign(request.raw, { rawHeaders: ['x-tenant-id', 'bank-b'] });
    expect((await pass(middleware, request)).context?.tenant).toBe(bankA);
    expect(() => middleware.readRequest(aRequest({ 'x-tenant-id': 'a,b' }))).toThrow(/X-Tenant-ID must be/);
  });

  it('count beside a token in the body: the caller’s credential is left out', async () => {
    const { middleware } = aMiddleware({ principal: userOf(bankB) });
    const { context } = await middleware.resolveNames(aRequest({ host: 'bank-a.financeops.com' }));
    expect(context?.tenant).toBe(bankA);
    expect((await middleware.resolveNames(aRequest())).context).toBeNull();
  });

  it('go by the platform’s settings', async () => {
    const { middleware } = aMiddleware();
    expect(middleware.hostClaim('bank-a.financeops.com')).toEqual({ kind: 'subdomain', label: 'bank-a' });
    expect(middleware.hostClaim('lb.internal')).toEqual({ kind: 'neutral' });
    const forwarded = { host: 'lb.internal', 'x-forwarded-host': 'bank-a.financeops.com' };
    expect((await pass(middleware, aRequest(forwarded, '10.1.2.3'))).context?.tenant).toBe(bankA);
    expect((await pass(middleware, aRequest(forwarded))).context).toBeNull();
  });
});

it('a super-admin is of no tenant, and no tenant’s context is entered', async () => {
  const { state, context } = await pass(aMiddleware({ principal: superAdmin }).middleware);
  expect(state.principal).toBe(superAdmin);
  expect(context).toBeNull();
});
