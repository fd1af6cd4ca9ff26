import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import { compile } from '@fastify/proxy-addr';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '@financeops/core/config';
import { DomainError, UnauthenticatedError } from '@financeops/core/errors';
import {
  setRequestState,
  TenantConnections,
  TenantContextService,
  type Principal,
  type RequestState,
  type TenantContext,
} from '@financeops/tenancy/context';
import { CredentialVerifier } from './credential-verifier';
import { HostClaims } from './host-claims';
import type { HostClaim } from './host.rules';
import { readNames, type NameSettings, type RequestNames } from './request-names';
import { TenantResolverService } from './tenant-resolver.service';

const NAMES = Symbol('financeops.requestNames');
type Carrier = { [NAMES]?: RequestNames };

/**
 * Finds out once who calls and for which tenant, and runs the rest of the request in that context. It refuses nothing:
 * the guards do, in the contract's order.
 *
 * Mounted as two Fastify hooks. `readRequest` (onRequest) checks the syntax of the names before a body is read. `use`
 * (preValidation) comes after the body has been parsed: a context entered earlier is lost there, since the handler runs
 * in the event that ends the body.
 */
@Injectable()
export class TenantMiddleware implements NestMiddleware<FastifyRequest, FastifyReply> {
  private readonly hosts: HostClaims;
  private readonly settings: NameSettings;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly verifier: CredentialVerifier,
    private readonly resolver: TenantResolverService,
    private readonly contexts: TenantContextService,
    private readonly connections: TenantConnections,
  ) {
    const trusted = compile(config.TRUST_PROXY);
    this.hosts = new HostClaims({ baseDomain: config.BASE_DOMAIN, neutralHosts: config.NEUTRAL_HOSTS });
    this.settings = {
      parseHost: (raw) => this.hosts.parse(raw),
      isTrustedProxy: (address) => trusted(address, 0),
    };
  }

  /** @throws BadRequestError for malformed or repeated names. */
  readRequest(request: FastifyRequest): void {
    (request as Carrier)[NAMES] = readNames(request.raw, request.originalUrl, this.settings);
  }

  use(request: FastifyRequest, _reply: FastifyReply, next: (error?: Error) => void): void {
    // Nearly always everything is known already: then nothing waits, and no promise has to carry the context along.
    const known = this.getCached(request);
    if (known !== undefined) this.enter(request, known, next);
    else {
      this.examine(request).then(
        (state) => this.enter(request, state, next),
        (error: Error) => next(error),
      );
    }
  }

  /** What the request's header and host name, whatever its credentials: for routes whose token is in the body. */
  async resolveNames(request: FastifyRequest): ReturnType<TenantResolverService['resolve']> {
    return this.resolver.resolve({ ...this.names(request), principal: null });
  }

  /** What a host (`host[:port]`) claims, by the platform's settings. */
  hostClaim(host: string): HostClaim {
    return this.hosts.parse(host);
  }

  private enter(request: FastifyRequest, state: RequestState, next: (error?: Error) => void): void {
    setRequestState(request, state);
    if (state.context === null) return next();
    const { tenant } = state.context;
    const connection = this.connections.getCached(tenant);
    // For somebody who is nobody yet nothing is opened: whatever a public route reads opens it then.
    if (connection !== undefined || state.principal === null) this.run(request, state, connection, next);
    else {
      this.connections.getConnection(tenant).then(
        (opened) => this.run(request, state, opened, next),
        (error: Error) => next(error),
      );
    }
  }

  private run(
    request: FastifyRequest,
    { context, principal }: RequestState,
    connection: TenantContext['connection'],
    next: () => void,
  ): void {
    const { tenant, resolvedVia, resolvedAt } = context!;
    const origin = { requestId: request.id, actor: principal };
    this.contexts.run({ tenant, resolvedVia, resolvedAt, connection, origin }, next);
  }

  /** The state of a request whose caller and tenant are both known, and that nothing is wrong with. */
  private getCached(request: FastifyRequest): RequestState | undefined {
    const principal = this.verifier.getCached(request.raw);
    if (principal === undefined) return undefined;
    const { header, host } = this.names(request);
    const resolution = this.resolver.getCached({ header, host, principal });
    if (resolution === undefined) return undefined;
    const { context, claims } = resolution;
    return { principal, credentialError: null, context, tenantError: null, claims };
  }

  private names(request: FastifyRequest): RequestNames {
    return (request as Carrier)[NAMES] ?? readNames(request.raw, request.originalUrl, this.settings);
  }

  private async examine(request: FastifyRequest): Promise<RequestState> {
    let principal: Principal | null = null;
    let credentialError: DomainError | null = null;
    try {
      principal = await this.verifier.verify(request.raw);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      credentialError = error;
    }
    const resolution = await this.resolver.resolve({ ...this.names(request), principal });
    const { error, claims } = resolution;
    const contradicted =
      principal !== null && (error instanceof UnauthenticatedError || error?.code === 'tenant-mismatch')
        ? { principal, tenant: resolution.credentialTenant }
        : undefined;
    if (error instanceof UnauthenticatedError) {
      return {
        principal: null,
        credentialError: error,
        context: null,
        tenantError: null,
        contradicted,
        claims,
      };
    }
    // An invalid credential never lets the header or host stand in for it.
    const context = credentialError === null ? resolution.context : null;
    return { principal, credentialError, context, tenantError: error, contradicted, claims };
  }
}
