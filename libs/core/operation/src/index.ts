export { HealthController } from './health.controller';
export { stopGracefully } from './shutdown';
