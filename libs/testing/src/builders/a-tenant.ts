import { randomBytes } from 'node:crypto';
import type { Login } from '../api/demo-credentials';
import type { ApiClient } from '../http/api-client';

/** A tenant made for one test, with its first ADMIN. */
export interface BuiltTenant {
  id: string;
  slug: string;
  tier: string;
  admin: Login;
}

type Tier = 'STARTER' | 'PROFESSIONAL' | 'ENTERPRISE';

/** Made over HTTP by a super-admin, as in real life: `await aTenant('STARTER').unlimited().madeBy(operator)`. */
class TenantBuilder {
  private readonly overrides: Record<string, unknown> = {};
  private readonly changes: Record<string, unknown> = {};

  constructor(private readonly tier: Tier) {}

  /** No limit of requests, so that a test with many of them is about something else. */
  unlimited(): this {
    this.overrides['requestsPerMinute'] = null;
    return this;
  }

  /** Payments a month. */
  withQuota(maxTransactionsPerMonth: number): this {
    this.overrides['maxTransactionsPerMonth'] = maxTransactionsPerMonth;
    return this;
  }

  inactive(): this {
    this.changes['isActive'] = false;
    return this;
  }

  /** @throws Error with the reply unless it worked */
  async madeBy(operator: ApiClient): Promise<BuiltTenant> {
    const slug = `t-${randomBytes(5).toString('hex')}`;
    const admin = { email: `admin@${slug}.example`, password: randomBytes(12).toString('hex') };
    const created = await operator.post<{ id: string }>('/v1/admin/tenants', {
      slug,
      name: `Tenant ${slug}`,
      tier: this.tier,
      admin,
    });
    if (created.status !== 201) throw new Error(`no tenant: ${created.status} ${created.text}`);
    const { id } = created.body;
    await this.change(operator, id);
    return { id, slug, tier: this.tier, admin };
  }

  private async change(operator: ApiClient, id: string): Promise<void> {
    const changes = { ...this.changes };
    if (Object.keys(this.overrides).length > 0) {
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
      changes['overrides'] = { ...this.overrides, reason: 'a test', expiresAt };
    }
    if (Object.keys(changes).length === 0) return;
    const changed = await operator.patch(`/v1/admin/tenants/${id}`, changes);
    if (changed.status !== 200) throw new Error(`tenant unchanged: ${changed.status} ${changed.text}`);
  }
}

export const aTenant = (tier: Tier = 'ENTERPRISE') => new TenantBuilder(tier);
