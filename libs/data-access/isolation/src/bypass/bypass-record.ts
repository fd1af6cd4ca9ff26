import { Injectable } from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import { IsolationAudit, type IsolationBypass } from '../audit/isolation-audit';

/** What has to be on record before anybody reads across tenants. */
@Injectable()
export class BypassRecord {
  private readonly opened;

  constructor(
    private readonly audit: IsolationAudit,
    metrics: Metrics,
  ) {
    this.opened = metrics.counter({
      name: 'isolation_bypasses_total',
      help: 'Bypasses of the tenant isolation that were opened, by route or job',
      labelNames: ['by'],
    });
  }

  /** Resolves once the audit log has it. @throws when it can't be stored: then nothing may be read. */
  async open(bypass: IsolationBypass): Promise<void> {
    await this.audit.bypass(bypass);
    this.opened.inc({ by: 'job' in bypass ? `job ${bypass.job}` : bypass.route });
  }
}
