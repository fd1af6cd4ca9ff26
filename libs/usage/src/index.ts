export { UsageModule } from './usage.module';
export { UsageRecorder } from './usage-recorder';
export { UsageTrackerService } from './usage-tracker.service';
export { type UsageMetric } from './usage.metrics';
export { UsageView } from './dto/usage.view';
export { PERIOD } from './usage.rules';
