export { UsageLedger } from './billing/usage-ledger';
export { UsageSnapshotStore, type TenantMonth } from './billing/usage-snapshot.store';
export { UsageHttpModule } from './usage-http.module';
export { UsageModule } from './usage.module';
export { UsageRecorder } from './usage-recorder';
export { UsageTrackerService } from './usage-tracker.service';
export { USAGE_METRICS, type UsageMetric } from './usage.metrics';
export { UsageView } from './dto/usage.view';
export { monthOf, monthStart, PERIOD } from './usage.rules';
