import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tier } from '@financeops/tenancy/context';

export interface Login {
  email: string;
  password: string;
}

export interface DemoTenant {
  id: string;
  slug: string;
  tier: Tier;
  admin: Login;
  viewer: Login;
  apiKey?: string;
}

export interface DemoCredentials {
  baseUrl: string;
  superAdmin: Login;
  tenants: DemoTenant[];
}

const DEMO: [slug: string, tier: Tier][] = [
  ['corner-shop', 'STARTER'],
  ['city-credit', 'PROFESSIONAL'],
  ['first-bank', 'ENTERPRISE'],
];

const login = (email: string): Login => ({ email, password: randomBytes(18).toString('base64url') });

const plan = (baseUrl: string): DemoCredentials => ({
  baseUrl,
  superAdmin: login('operator@financeops.example'),
  tenants: DEMO.map(([slug, tier]) => ({
    id: '',
    slug,
    tier,
    admin: login(`admin@${slug}.example`),
    viewer: login(`viewer@${slug}.example`),
  })),
});

/**
 * The passwords are drawn and kept before the first account is made, so that a seeding which is cut off goes on with
 * the same ones; the file gets its final name when everything in it is true.
 */
export class CredentialsFile {
  private readonly final: string;
  private readonly draft: string;

  constructor(dataDir: string) {
    this.final = path.join(dataDir, 'demo-credentials.json');
    this.draft = `${this.final}.draft`;
  }

  begin(baseUrl: string): DemoCredentials {
    if (existsSync(this.draft)) return JSON.parse(readFileSync(this.draft, 'utf8')) as DemoCredentials;
    const credentials = plan(baseUrl);
    this.write(credentials);
    return credentials;
  }

  finish(credentials: DemoCredentials): void {
    this.write(credentials);
    renameSync(this.draft, this.final);
  }

  private write(credentials: DemoCredentials): void {
    const temporary = `${this.draft}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, this.draft);
  }
}
