export { CONFIG, type Config } from './config.schema';
export { ConfigError, loadConfig } from './load-config';
export { ConfigModule } from './config.module';
