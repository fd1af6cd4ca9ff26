import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A reply as it came; `body` is its JSON, if it is JSON. */
export interface Reply {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- shown as it came
  body: any;
}

interface Login {
  email: string;
  password: string;
}

interface Credentials {
  baseUrl: string;
  tenants: { slug: string; tier: string; admin: Login; apiKey?: string }[];
}

/** The service that `npm start` runs, and its demonstration tenants. */
export class Service {
  private constructor(private readonly credentials: Credentials) {}

  /** @throws Error that says what to do when it doesn't run here */
  static async find(dataDir: string): Promise<Service> {
    const file = path.join(dataDir, 'demo-credentials.json');
    const text = await readFile(file, 'utf8').catch(() => {
      throw new Error(`${file} is not there: run npm start in another shell first (with the same DATA_DIR)`);
    });
    const service = new Service(JSON.parse(text) as Credentials);
    const { baseUrl } = service.credentials;
    await fetch(`${baseUrl}/health/ready`).catch(() => {
      throw new Error(`nothing answers at ${baseUrl}: run npm start in another shell first`);
    });
    return service;
  }

  /** Headers of a demonstration tenant's ADMIN. @throws Error when the login is refused */
  async admin(slug: string): Promise<Record<string, string>> {
    const { admin } = this.credentials.tenants.find((tenant) => tenant.slug === slug)!;
    const reply = await this.send('POST', '/v1/auth/login', {
      headers: { 'content-type': 'application/json', 'x-tenant-id': slug },
      body: JSON.stringify(admin),
    });
    if (reply.status !== 200)
      throw new Error(`${slug} could not log in: ${reply.status} ${reply.body?.detail}`);
    return { authorization: `Bearer ${reply.body.accessToken}` };
  }

  /** Headers of a demonstration tenant's server. */
  apiKey(slug: string): Record<string, string> {
    const { apiKey = '' } = this.credentials.tenants.find((tenant) => tenant.slug === slug)!;
    return { 'x-tenant-id': slug, 'x-api-key': apiKey };
  }

  url(target: string): URL {
    return new URL(target, this.credentials.baseUrl);
  }

  async send(method: string, target: string, init: RequestInit = {}): Promise<Reply> {
    const reply = await fetch(this.url(target), { method, ...init });
    const text = await reply.text();
    const isJson = /[/+]json/.test(reply.headers.get('content-type') ?? '');
    return { status: reply.status, headers: reply.headers, body: isJson ? JSON.parse(text) : text };
  }
}
