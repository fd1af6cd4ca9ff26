import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { TenantContextService, type ResolvedTenant } from '@financeops/tenancy/context';
import { TenantDirectory, TenantRegistry } from '@financeops/tenancy/directory';
import { monthStart, UsageCounters, UsageSnapshotStore, type TenantMonth } from '@financeops/usage';
import { PaymentRepository } from '../payment/payment.repository';
import { actualTransactions, openPeriods, periodEnd, SETTLED_MS } from './reconciliation.rules';
import { UsageDifferences, type FoundDifference } from './usage-differences';

/** Counters that only grow, and that nothing but their snapshot bears witness to. */
const GROWING = ['api_calls', 'bandwidth_bytes'] as const;
const TENANTS_A_PAGE = 100;
/** A counter that moves between two looks is looked at again; a tenant that never pauses has its turn in the next run. */
const LOOKS = 10;

const daysOf = ({ period }: TenantMonth) => ({ from: monthStart(period), to: periodEnd(period) });

interface OneTenantMonth extends TenantMonth {
  tenant: ResolvedTenant;
}

export interface ReconciliationReport {
  /** Tenants times months. */
  checked: number;
  differences: FoundDifference[];
}

/**
 * Compares usage counters with what they must be, puts them right and reports each difference: `transactions` with the
 * payments themselves, the others with their snapshot, below which they can't have fallen unless Redis lost something.
 */
@Injectable()
export class UsageReconciliation {
  private readonly logger = new Logger(UsageReconciliation.name);
  private readonly stopped = new AbortController();
  /** Milliseconds; less in tests. */
  protected readonly settledMs: number = SETTLED_MS;

  constructor(
    private readonly tenants: TenantRegistry,
    private readonly directory: TenantDirectory,
    private readonly contexts: TenantContextService,
    private readonly payments: PaymentRepository,
    private readonly ledger: UsageCounters,
    private readonly snapshots: UsageSnapshotStore,
    private readonly differences: UsageDifferences,
  ) {}

  /** All tenants, by default for the months that may still change. Rejects when MongoDB or Redis is out, or `stop` was called. */
  async all(periods: readonly string[] = openPeriods(new Date())): Promise<ReconciliationReport> {
    return this.reconcile(this.everybody(periods));
  }

  /** Those months whose counters were rebuilt lately. */
  rebuilt(): Promise<ReconciliationReport> {
    return this.reconcile(this.rebuiltMonths());
  }

  /** What is under way rejects soon, without harm. */
  stop(): void {
    this.stopped.abort();
  }

  private async *everybody(periods: readonly string[]): AsyncGenerator<OneTenantMonth> {
    let page = await this.tenants.page(TENANTS_A_PAGE, null);
    for (;;) {
      for (const tenant of page.tenants) {
        for (const period of periods) yield { tenant, tenantId: tenant.id, period };
      }
      if (page.next === null) return;
      page = await this.tenants.page(TENANTS_A_PAGE, page.next);
    }
  }

  private async *rebuiltMonths(): AsyncGenerator<OneTenantMonth> {
    for (;;) {
      const month = await this.snapshots.takeRebuilt(new Date());
      if (month === null) return;
      const tenant = await this.directory.findById(month.tenantId);
      if (tenant !== null) yield { tenant, ...month };
    }
  }

  /** Two looks at whatever seems to be wrong, for what is on its way between them. */
  private async reconcile(months: AsyncIterable<OneTenantMonth>): Promise<ReconciliationReport> {
    const report: ReconciliationReport = { checked: 0, differences: [] };
    const suspects: (OneTenantMonth & { existed: number })[] = [];
    for await (const month of months) {
      this.stopped.signal.throwIfAborted();
      report.checked += 1;
      await this.within(month, async () => {
        report.differences.push(...(await this.growing(month)));
        const existed = await this.payments.countCreated(daysOf(month));
        if ((await this.counters(month)).transactions !== existed) suspects.push({ ...month, existed });
        else await this.persist(month);
      });
    }
    if (suspects.length > 0) await sleep(this.settledMs, undefined, { signal: this.stopped.signal });
    for (const month of suspects) {
      this.stopped.signal.throwIfAborted();
      await this.within(month, async () => {
        report.differences.push(...(await this.transactions(month, month.existed)));
        await this.persist(month);
      });
    }
    return report;
  }

  private within(month: OneTenantMonth, work: () => Promise<void>): Promise<void> {
    return this.contexts.run({ tenant: month.tenant, resolvedVia: 'job', resolvedAt: Date.now() }, work);
  }

  private async growing(month: TenantMonth): Promise<FoundDifference[]> {
    const { tenantId, period } = month;
    const before = await this.snapshots.find(month);
    const counters = await this.counters(month);
    const found: FoundDifference[] = [];
    for (const metric of GROWING) {
      const actual = before?.[metric] ?? 0;
      if (counters[metric] >= actual) continue;
      const difference = { tenantId, period, metric, counted: counters[metric], actual };
      if (await this.correct(difference)) found.push(difference);
    }
    return found;
  }

  private async transactions(month: TenantMonth, existed: number): Promise<FoundDifference[]> {
    for (let look = 0; look < LOOKS; look++) {
      const before = new Date(Date.now() - this.settledMs);
      // The first lacks what came since the first look, the second what was merely changed since.
      const settled = Math.max(existed, await this.payments.countSettled(daysOf(month), before));
      const counter = (await this.counters(month)).transactions;
      const created = await this.payments.countCreated(daysOf(month));
      const actual = actualTransactions({ settled, counter, created });
      if (actual === counter) return [];
      const { tenantId, period } = month;
      const difference = { tenantId, period, metric: 'transactions' as const, counted: counter, actual };
      if (await this.correct(difference)) return [difference];
    }
    this.logger.warn(
      { tenantId: month.tenantId },
      'a counter of transactions was not reconciled: it never stood still',
    );
    return [];
  }

  /** Also what its process didn't come to write down before it died. */
  private async persist({ tenantId, period }: TenantMonth): Promise<void> {
    const used = Object.values(await this.counters({ tenantId, period })).some((count) => count !== 0);
    if (used) await this.ledger.persist([{ tenantId, period }]);
  }

  /** As they stand, rebuilt if they were lost. */
  private async counters({ tenantId, period }: TenantMonth) {
    return (await this.ledger.read(tenantId, period)).counts;
  }

  /** `false`: the counter has moved meanwhile, and nothing was done. */
  private async correct(difference: FoundDifference): Promise<boolean> {
    const { metric, counted: seen, actual } = difference;
    if (!(await this.ledger.adjust(difference, metric, { seen, actual }))) return false;
    await this.differences.report(difference);
    return true;
  }
}
