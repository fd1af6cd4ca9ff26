import { ConfigError, loadConfig } from './load-config';

const env = {
  MONGODB_URI: 'mongodb://localhost/x',
  JWT_SECRET: 'x'.repeat(32),
  ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
};

describe('The settings of Redis', () => {
  it('are a URL', () => {
    expect(loadConfig({ ...env, REDIS_URL: 'redis://localhost:6379' })).toMatchObject({
      REDIS_URL: 'redis://localhost:6379',
      REDIS_CLUSTER_NODES: [],
    });
    expect(() => loadConfig(env)).toThrow(/REDIS_URL: is required/);
  });

  it('or nodes of a cluster, and then no URL is asked for', () => {
    const nodes = 'redis-1.example:6379, [2001:db8::1]:6380';
    expect(loadConfig({ ...env, REDIS_CLUSTER_NODES: nodes })).toMatchObject({
      REDIS_CLUSTER_NODES: ['redis-1.example:6379', '[2001:db8::1]:6380'],
    });
  });

  it.each(['redis-1', 'redis-1:port', 'redis://redis-1:6379', 'a:1,b'])('%s names no nodes', (nodes) => {
    expect(() => loadConfig({ ...env, REDIS_CLUSTER_NODES: nodes })).toThrow(ConfigError);
  });
});
