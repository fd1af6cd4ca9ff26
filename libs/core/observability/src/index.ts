export { createLogger, NestLogger } from './logger';
export { Metrics } from './metrics';
export { ObservabilityModule } from './observability.module';
