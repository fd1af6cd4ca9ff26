import { createHmac, randomBytes } from 'node:crypto';
import { MongoClient, ObjectId, type Db } from 'mongodb';

export interface Fixture {
  mongodbUri: string;
  jwtSecret: string;
  encryptionKey: string;
  /** One admin's access token for each tenant. */
  tokens: string[];
  tenantIds: string[];
  db: Db;
  close(): Promise<void>;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const LIFETIME_SECONDS = 3_600;

/** HS256, with the claims of the platform's access tokens. */
const tokenOf = (secret: string, userId: ObjectId, tenantId: ObjectId): string => {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { sub: userId.toHexString(), role: 'ADMIN', ver: 0, tenantId: tenantId.toHexString() };
  const times = { iat: now, exp: now + LIFETIME_SECONDS, jti: new ObjectId().toHexString() };
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ ...claims, ...times })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

/** Far off, so that no run meets it. */
const OVERRIDES = { reason: 'benchmark', expiresAt: '2999-01-01T00:00:00Z' };

/**
 * A database with `count` tenants of the highest tier and an admin each, written past the application: hashing 10,000
 * passwords would take an hour. `limits`: instead of the tier's.
 */
export const makeFixture = async (
  serverUri: string,
  count: number,
  limits?: { requestsPerMinute?: number; maxTransactionsPerMonth?: number },
): Promise<Fixture> => {
  const uri = new URL(serverUri);
  uri.pathname = `/bench_${randomBytes(6).toString('hex')}`;
  const client = await MongoClient.connect(uri.toString());
  const db = client.db();
  const jwtSecret = randomBytes(48).toString('base64url');
  const now = new Date();
  const people = Array.from({ length: count }, () => ({ tenant: new ObjectId(), user: new ObjectId() }));
  const dates = { createdAt: now, updatedAt: now };
  const tenants = people.map(({ tenant }, at) => ({
    _id: tenant,
    slug: `tenant-${at}`,
    name: `Tenant ${at}`,
    tier: 'ENTERPRISE',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [],
    overrides: limits === undefined ? null : { ...OVERRIDES, ...limits },
    revision: 1,
    serial: 0,
    ...dates,
  }));
  const users = people.map(({ tenant, user }, at) => ({
    _id: user,
    tenantId: tenant,
    email: `admin@tenant-${at}.example`,
    name: null,
    role: 'ADMIN',
    passwordHash: 'none',
    deletedAt: null,
    deletedBy: null,
    ...dates,
  }));
  for (let at = 0; at < count; at += 1_000) {
    await db.collection('tenants').insertMany(tenants.slice(at, at + 1_000));
    await db.collection('users').insertMany(users.slice(at, at + 1_000));
  }
  return {
    mongodbUri: uri.toString(),
    jwtSecret,
    encryptionKey: randomBytes(32).toString('base64'),
    tokens: people.map(({ tenant, user }) => tokenOf(jwtSecret, user, tenant)),
    tenantIds: people.map(({ tenant }) => tenant.toHexString()),
    db,
    close: async () => {
      await db.dropDatabase();
      await client.close();
    },
  };
};
