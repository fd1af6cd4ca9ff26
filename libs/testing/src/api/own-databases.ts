import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { MongoClient, type Db } from 'mongodb';
import { dedicatedDatabase, isDedicatedDatabase } from '@financeops/tenancy/context';
import { FaultyProxy } from '../faulty-proxy';

/** What may stand behind a proxy that fails on demand. */
export type Backend = 'mongodb' | 'redis';

/** Redis has 16 numbered databases; number 0 belongs to the integration tests, which share it. */
const NUMBERED = 15;

const setting = (name: 'TEST_MONGODB_URI' | 'TEST_REDIS_URL'): URL => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests through Jest, whose global setup sets it.`);
  return new URL(value);
};

/** The next number, so that suites at work side by side meet neither each other's keys nor leftovers. */
const claimRedisNumber = async (server: URL): Promise<number> => {
  const redis = new Redis(server.toString(), { maxRetriesPerRequest: 1 });
  try {
    const number = 1 + ((await redis.incr('testing:next-database')) % NUMBERED);
    await redis.select(number);
    await redis.flushdb();
    return number;
  } finally {
    redis.disconnect();
  }
};

const before = async (url: URL): Promise<FaultyProxy> => FaultyProxy.before(Number(url.port));

/**
 * A MongoDB database and a numbered Redis database that one suite has for itself, and its own view into MongoDB, past
 * the application.
 */
export class OwnDatabases {
  private constructor(
    private readonly mongo: MongoClient,
    private readonly direct: Record<Backend, URL>,
    private readonly proxies: Partial<Record<Backend, FaultyProxy>>,
  ) {}

  /** @param faulty what the API is to reach through a proxy */
  static async create(faulty: readonly Backend[] = []): Promise<OwnDatabases> {
    const mongodb = setting('TEST_MONGODB_URI');
    mongodb.pathname = `/e2e_${randomBytes(6).toString('hex')}`;
    const redis = setting('TEST_REDIS_URL');
    redis.pathname = `/${await claimRedisNumber(redis)}`;
    const proxies: Partial<Record<Backend, FaultyProxy>> = {};
    if (faulty.includes('mongodb')) proxies.mongodb = await before(mongodb);
    if (faulty.includes('redis')) proxies.redis = await before(redis);
    return new OwnDatabases(new MongoClient(mongodb.toString()), { mongodb, redis }, proxies);
  }

  /** Raw documents: what is really stored. */
  get db(): Db {
    return this.mongo.db();
  }

  /** The same of a tenant's own database. */
  ofTenant(id: string): Db {
    return this.mongo.db(dedicatedDatabase(this.db.databaseName, id));
  }

  /** @throws Error when the API doesn't reach it through a proxy */
  proxy(backend: Backend): FaultyProxy {
    const proxy = this.proxies[backend];
    if (proxy === undefined) throw new Error(`${backend} is not behind a proxy: startApi({ faulty: [...] })`);
    return proxy;
  }

  /** Settings of a process; `past` the proxies or through them. */
  env(past: 'proxies' | 'nothing'): { MONGODB_URI: string; REDIS_URL: string } {
    return {
      MONGODB_URI: this.url('mongodb', past).toString(),
      REDIS_URL: this.url('redis', past).toString(),
    };
  }

  async drop(): Promise<void> {
    try {
      const { databases } = await this.db.admin().listDatabases({ nameOnly: true });
      for (const { name } of databases) {
        if (isDedicatedDatabase(name, this.db.databaseName)) await this.mongo.db(name).dropDatabase();
      }
      await this.db.dropDatabase();
    } finally {
      // Also when it can't be dropped: what stays open would keep Jest from ending.
      await this.mongo.close();
      await Promise.all(Object.values(this.proxies).map((proxy) => proxy.cut()));
    }
  }

  private url(backend: Backend, past: 'proxies' | 'nothing'): URL {
    const url = new URL(this.direct[backend]);
    const proxy = this.proxies[backend];
    if (past === 'proxies' || proxy === undefined) return url;
    url.port = String(proxy.port);
    // Otherwise the driver would go on to the address that the replica set gives for itself.
    if (backend === 'mongodb') url.searchParams.set('directConnection', 'true');
    return url;
  }
}
