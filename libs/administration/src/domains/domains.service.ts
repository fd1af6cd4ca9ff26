import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { actorOf, AuditLog } from '@financeops/audit';
import { CONFIG, type Config } from '@financeops/core/config';
import { DomainError, NotFoundError, ValidationError } from '@financeops/core/errors';
import { TenantContextService } from '@financeops/tenancy/context';
import { TenantRegistry, type CustomDomain } from '@financeops/tenancy/directory';
import type { RequestActor } from '../request-actor';
import { challengeName, MAX_DOMAINS, parseDomain } from './domain.rules';
import { ProvedDomainStore } from './proved-domain.store';
import { TxtLookup } from './txt-lookup';

const noRecord = ({ domain, challenge }: CustomDomain) =>
  new DomainError(
    'invalid-state',
    `There is no TXT record ${challengeName(domain)} with the value ${challenge} yet.`,
  );

/**
 * Custom domains of the tenant in context. A tenant that lost `white_label` keeps what it has, may read and remove it,
 * and adds no more.
 */
@Injectable()
export class DomainsService {
  constructor(
    private readonly contexts: TenantContextService,
    private readonly registry: TenantRegistry,
    private readonly proved: ProvedDomainStore,
    private readonly dns: TxtLookup,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list(): Promise<CustomDomain[]> {
    const tenant = this.contexts.getTenant();
    const domains = await this.registry.domains(tenant.id);
    if (domains.length === 0 && !tenant.getEffectiveLimits().features.includes('white_label')) {
      throw new DomainError(
        'feature-not-in-tier',
        "Custom domains need the feature white_label, which the tenant's tier lacks.",
      );
    }
    return domains;
  }

  /** @throws NotFoundError */
  async get(name: string): Promise<CustomDomain> {
    return find(await this.list(), name);
  }

  /** @throws ValidationError for the name; DomainError `conflict` when the tenant has it already. */
  async add(text: string, act: RequestActor): Promise<CustomDomain> {
    const parsed = parseDomain(text, {
      baseDomain: this.config.BASE_DOMAIN,
      neutralHosts: this.config.NEUTRAL_HOSTS,
    });
    if ('fault' in parsed) throw new ValidationError([{ pointer: '/domain', message: parsed.fault }]);
    const added: CustomDomain = {
      domain: parsed.domain,
      verifiedAt: null,
      challenge: `financeops-verification=${randomBytes(20).toString('hex')}`,
    };
    await this.registry.changeDomains(this.contexts.getTenantId(), (domains) => {
      if (domains.some(({ domain }) => domain === added.domain)) {
        throw new DomainError('conflict', 'This domain is in your list already.');
      }
      if (domains.length >= MAX_DOMAINS) {
        throw new DomainError('invalid-state', `A tenant has at most ${MAX_DOMAINS} custom domains.`);
      }
      return Promise.resolve([...domains, added]);
    });
    await this.record(act, added.domain, 'added');
    return added;
  }

  /** @throws DomainError `invalid-state` without the record, `conflict` when another tenant proved it first. */
  async verify(name: string, act: RequestActor): Promise<CustomDomain> {
    const pending = await this.get(name);
    if (pending.verifiedAt !== null) return pending;
    const texts = await this.dns.find(challengeName(pending.domain));
    if (!texts.includes(pending.challenge)) throw noRecord(pending);
    const tenantId = this.contexts.getTenantId();
    const domains = await this.registry.changeDomains(tenantId, async (present) => {
      find(present, name);
      await this.proved.claim(pending.domain, tenantId);
      return present.map((entry) =>
        entry.domain === pending.domain ? { ...entry, verifiedAt: new Date() } : entry,
      );
    });
    await this.record(act, pending.domain, 'verified');
    return find(domains, name);
  }

  /** It names the tenant no more, at once. @throws NotFoundError */
  async remove(name: string, act: RequestActor): Promise<void> {
    const { domain } = await this.get(name);
    const tenantId = this.contexts.getTenantId();
    await this.registry.changeDomains(tenantId, async (domains) => {
      await this.proved.release(domain, tenantId);
      return domains.filter((entry) => entry.domain !== domain);
    });
    await this.record(act, domain, 'removed');
  }

  private async record({ actor, requestId }: RequestActor, domain: string, change: string): Promise<void> {
    const id = this.contexts.getTenantId();
    await this.audit.record({
      tenantId: id,
      action: 'tenant.updated',
      outcome: 'allowed',
      actor: actorOf(actor),
      resource: { type: 'tenant', id, ownerId: null },
      requestId,
      details: { domain, change },
    });
  }
}

const find = (domains: CustomDomain[], name: string): CustomDomain => {
  const found = domains.find(({ domain }) => domain === name.toLowerCase());
  if (found === undefined) throw new NotFoundError();
  return found;
};
