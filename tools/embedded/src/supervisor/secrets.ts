import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readJson, writePrivateJson } from '../system/files';

export interface Secrets {
  JWT_SECRET: string;
  ENCRYPTION_KEY: string;
}

/** The secrets of this DATA_DIR: random, made once, so that sessions and encrypted fields outlive a restart. */
export async function keptSecrets(dataDir: string): Promise<Secrets> {
  const file = path.join(dataDir, 'secrets.json');
  const kept = await readJson<Partial<Secrets>>(file);
  if (kept?.JWT_SECRET && kept.ENCRYPTION_KEY) {
    return { JWT_SECRET: kept.JWT_SECRET, ENCRYPTION_KEY: kept.ENCRYPTION_KEY };
  }
  const secrets = {
    JWT_SECRET: randomBytes(48).toString('base64url'),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
  await writePrivateJson(file, secrets);
  return secrets;
}
