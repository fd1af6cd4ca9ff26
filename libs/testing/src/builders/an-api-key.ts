import { createHash, randomBytes } from 'node:crypto';
import { ObjectId, type Db } from 'mongodb';

/** Stores an API key as the platform would, with just these scopes, and returns the whole `sk_<prefix>_<secret>`. */
export const anApiKey = async (
  db: Db,
  tenantId: string,
  scopes: readonly string[],
  dates: { expiresAt?: Date; revokedAt?: Date } = {},
): Promise<string> => {
  const prefix = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('hex');
  const owner = new ObjectId(tenantId);
  const now = new Date();
  await db.collection<{ _id: string; tenantId: ObjectId }>('api_key_index').insertOne({
    _id: prefix,
    tenantId: owner,
  });
  await db.collection('api_keys').insertOne({
    tenantId: owner,
    name: 'Test',
    prefix,
    secretHash: createHash('sha256').update(secret).digest('hex'),
    scopes: [...scopes],
    expiresAt: dates.expiresAt ?? null,
    lastUsedAt: null,
    revokedAt: dates.revokedAt ?? null,
    overlapUntil: null,
    deletedAt: null,
    deletedBy: null,
    createdAt: now,
    updatedAt: now,
  });
  return `sk_${prefix}_${secret}`;
};
