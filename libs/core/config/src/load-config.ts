import { configSchema, type Config } from './config.schema';

/** Names every setting that is wrong, not just the first. Values are left out: some are secrets. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(
      `The environment has ${problems.length} wrong setting(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/** @throws ConfigError with all faults at once. An empty variable counts as unset. */
export const loadConfig = (env: NodeJS.ProcessEnv = process.env): Config => {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  // The one that is used needs no other.
  if (set['REDIS_CLUSTER_NODES'] !== undefined) {
    set['REDIS_URL'] = `redis://${set['REDIS_CLUSTER_NODES'].split(',')[0]}`;
  }
  const result = configSchema.safeParse(set);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
};
