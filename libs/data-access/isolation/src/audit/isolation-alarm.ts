import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import { IsolationAudit } from './isolation-audit';
import { onViolation, type NetViolation } from './violations';

/** Counts and logs every violation, and has those audited that no repository reports: they came around it. */
@Injectable()
export class IsolationAlarm implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Isolation');
  private readonly violations;
  private stop: (() => void) | undefined;

  constructor(
    metrics: Metrics,
    private readonly audit: IsolationAudit,
  ) {
    this.violations = metrics.counter({
      name: 'isolation_violations_total',
      help: 'Operations refused because they could have reached another tenant, by the net that stopped them',
      labelNames: ['net', 'collection'],
    });
  }

  onModuleInit(): void {
    this.stop = onViolation((violation) => this.sound(violation));
  }

  onModuleDestroy(): void {
    this.stop?.();
  }

  private sound(violation: NetViolation): void {
    this.violations.inc({ net: violation.net, collection: violation.collection });
    this.logger.error(violation, 'tenant isolation violation refused');
    if (violation.tenantId === null) {
      void this.audit.violation({ ...violation, actor: null, requestId: null });
    }
  }
}
