import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Login {
  email: string;
  password: string;
}

export interface DemoTenant {
  id: string;
  slug: string;
  tier: string;
  admin: Login;
  viewer: Login;
  apiKey?: string;
}

/** What seeding wrote: `demo-credentials.json` of the contract. */
export interface DemoCredentials {
  baseUrl: string;
  superAdmin: Login;
  tenants: DemoTenant[];
}

export const readDemoCredentials = (dataDir: string): DemoCredentials =>
  JSON.parse(readFileSync(path.join(dataDir, 'demo-credentials.json'), 'utf8')) as DemoCredentials;
