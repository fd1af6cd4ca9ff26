import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import type { Db } from 'mongodb';
import { ApiClient, type TokenPair } from '../http/api-client';
import { ApiContract, type OpenApiDocument } from '../http/api-contract';
import { send, type Headers } from '../http/send';
import { ApiProcess } from './api-process';
import type { DemoCredentials, DemoTenant, Login } from './demo-credentials';
import { freePort } from './free-port';
import type { OwnDatabases } from './own-databases';
import { until } from './until';

/** An API that serves, with ways to log in and ways to end it. */
export class RunningApi {
  private process: ApiProcess;
  private readonly workers: ApiProcess[] = [];
  private connections = new Agent({ keepAlive: true });
  private described: ApiContract | undefined;

  constructor(
    readonly port: number,
    /** Settings of the process. */
    readonly env: Record<string, string>,
    readonly credentials: DemoCredentials,
    readonly databases: OwnDatabases,
    /** What to do when it has stopped. */
    private readonly cleanUp: () => Promise<void>,
  ) {
    this.process = ApiProcess.run('api/src/main.js', env);
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get agent(): Agent {
    return this.connections;
  }

  /** Known once it is ready. */
  get contract(): ApiContract | undefined {
    return this.described;
  }

  /** Raw documents: what is really stored. */
  get db(): Db {
    return this.databases.db;
  }

  /** All that the present process has logged up to now: its lines go out together, a little later. */
  async log(): Promise<string> {
    const mark = randomUUID();
    await this.client({ 'x-request-id': mark }).get('/v1/me');
    await until('the log to be written that far', () => this.process.output.includes(mark));
    return this.process.output;
  }

  async ready(): Promise<void> {
    await this.process.ready(this.port);
    const { body } = await send<OpenApiDocument>(this, { path: '/openapi.json' });
    this.described ??= new ApiContract(body);
  }

  /** Exit code of the present process, once it has ended. */
  get exit(): Promise<number | null> {
    return this.process.exit;
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.process.signal(signal);
  }

  /** Ends the process without a warning. */
  async kill9(): Promise<void> {
    this.process.signal('SIGKILL');
    await this.process.exit;
    this.connections.destroy();
  }

  /** A new process with the same settings, in the place of one that has ended or is told to. */
  async restart(): Promise<void> {
    await this.process.stop();
    this.connections.destroy();
    this.connections = new Agent({ keepAlive: true });
    this.process = ApiProcess.run('api/src/main.js', this.env);
    await this.ready();
  }

  /** A worker beside it, ready; it is stopped with the API, or before. */
  async startWorker(env: Record<string, string> = {}): Promise<ApiProcess> {
    const port = await freePort();
    const worker = ApiProcess.run('worker/src/main.js', { ...this.env, WORKER_PORT: String(port), ...env });
    this.workers.push(worker);
    await worker.ready(port);
    return worker;
  }

  async stop(): Promise<void> {
    this.connections.destroy();
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await this.process.stop();
    await this.cleanUp();
  }

  /** Nobody yet: no credential, no tenant, a host that claims nothing. */
  client(headers: Headers = {}): ApiClient {
    return new ApiClient(this, headers);
  }

  /** A seeded tenant. */
  demo(slug: 'corner-shop' | 'city-credit' | 'first-bank'): DemoTenant {
    return this.credentials.tenants.find((tenant) => tenant.slug === slug)!;
  }

  /** @throws Error unless the login works; without a slug it is a super-admin's */
  async login({ email, password }: Login, slug?: string): Promise<TokenPair> {
    const reply = await this.client({ 'x-tenant-id': slug }).post<TokenPair>('/v1/auth/login', {
      email,
      password,
    });
    if (reply.status !== 200) throw new Error(`login of ${email}: ${reply.status} ${reply.text}`);
    return reply.body;
  }

  /** Logged in as one of a tenant's people. */
  async as({ slug, ...people }: Pick<DemoTenant, 'slug'> & Record<'admin', Login>): Promise<ApiClient>;
  async as(tenant: DemoTenant, role: 'admin' | 'viewer'): Promise<ApiClient>;
  async as(
    tenant: { slug: string; admin: Login; viewer?: Login },
    role: 'admin' | 'viewer' = 'admin',
  ): Promise<ApiClient> {
    const { accessToken } = await this.login(tenant[role]!, tenant.slug);
    return this.client().bearer(accessToken);
  }

  /** Logged in as the seeded super-admin. */
  async asOperator(): Promise<ApiClient> {
    const { accessToken } = await this.login(this.credentials.superAdmin);
    return this.client().bearer(accessToken);
  }
}
