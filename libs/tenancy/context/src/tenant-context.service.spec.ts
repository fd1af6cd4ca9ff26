import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as later } from 'node:timers/promises';
import { requestState, setRequestState, type RequestState } from './request-state';
import { ResolvedTenant } from './resolved-tenant';
import { NoTenantContextError, TenantContextService, type TenantContext } from './tenant-context.service';

const contextOf = (digit: string): TenantContext => ({
  tenant: new ResolvedTenant({
    id: digit.repeat(24),
    slug: `bank-${digit}`,
    name: `Bank ${digit}`,
    tier: 'STARTER',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [],
    overrides: null,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  }),
  resolvedVia: 'job',
  resolvedAt: 0,
});
const contexts = new TenantContextService();

describe('The tenant context', () => {
  it('is what was given to `run`, as long as the work runs', () => {
    const context = contextOf('a');
    const seen = contexts.run(context, () => [
      contexts.hasTenantContext(),
      contexts.getContext(),
      contexts.getTenant(),
      contexts.getTenantId(),
    ]);
    expect(seen).toEqual([true, context, context.tenant, 'a'.repeat(24)]);
    expect(contexts.hasTenantContext()).toBe(false);
  });

  it('where there is none, is an error that says what to do', () => {
    for (const ask of ['getContext', 'getTenant', 'getTenantId'] as const) {
      expect(() => contexts[ask]()).toThrow(NoTenantContextError);
      expect(() => contexts[ask]()).toThrow(/^No tenant context available: .*\.run\(.*the tenant guard runs/);
      expect(() => contexts[ask]()).toThrow(expect.objectContaining({ name: 'NoTenantContextError' }));
    }
  });

  it('is the same for every instance of the service', () => {
    contexts.run(contextOf('a'), () => expect(new TenantContextService().getTenantId()).toBe('a'.repeat(24)));
  });

  it('can’t be turned into another tenant’s', () => {
    const context = contextOf('a');
    contexts.run(context, () => {
      expect(() => Object.assign(contexts.getContext(), { tenant: contextOf('b').tenant })).toThrow(
        TypeError,
      );
    });
  });

  it('holds through awaits, timers and streams, side by side with another’s', async () => {
    const work = async () => {
      const seen = [contexts.getTenantId()];
      await later(1);
      for await (const _chunk of Readable.from(['a', 'b'])) seen.push(contexts.getTenantId());
      const emitter = new EventEmitter();
      setImmediate(() => emitter.emit('done', contexts.getTenantId()));
      seen.push(...((await once(emitter, 'done')) as string[]));
      return seen;
    };
    const digits = ['a', 'b', 'c'];
    const seen = await Promise.all(digits.map((digit) => contexts.run(contextOf(digit), work)));
    expect(seen).toEqual(digits.map((digit) => Array.from({ length: 4 }, () => digit.repeat(24))));
  });

  it('inside of another is its own, and afterwards the outer one is back', () => {
    contexts.run(contextOf('a'), () => {
      expect(contexts.run(contextOf('b'), () => contexts.getTenantId())).toBe('b'.repeat(24));
      expect(contexts.getTenantId()).toBe('a'.repeat(24));
    });
  });
});

describe('A request’s state', () => {
  const state: RequestState = {
    principal: null,
    credentialError: null,
    context: contextOf('a'),
    tenantError: null,
    claims: { header: 'bank-a' },
  };

  it('is the request’s own, and shows up in no listing of its fields', () => {
    const [one, other] = [{}, {}];
    setRequestState(one, state);
    expect(requestState(one)).toBe(state);
    expect(requestState(other).context).toBeNull();
    expect(JSON.stringify(one)).toBe('{}');
  });

  it('that nobody set holds nothing, and nothing can be put into it', () => {
    const nothing = requestState({});
    expect(nothing).toEqual({
      principal: null,
      credentialError: null,
      context: null,
      tenantError: null,
      claims: {},
    });
    expect(() => Object.assign(nothing, { context: contextOf('a') })).toThrow(TypeError);
  });
});
