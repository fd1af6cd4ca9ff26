import { randomBytes } from 'node:crypto';
import {
  aTenant,
  until,
  type ApiClient,
  type BuiltTenant,
  type Login,
  type Reply,
  type RunningApi,
  type TokenPair,
} from '@financeops/testing';
import { Secrets } from './secrets';

type Key = { id: string; secret: string };

/** Quotes, slashes and blanks, so that a text which was escaped or cut somewhere is another one. */
const aPassword = () => `p"ss/w ${randomBytes(9).toString('base64')}`;

/** A tenant's life with every secret that it has, in its place and in every wrong one. */
export class SecretLife {
  /** All that were used. */
  readonly secrets = new Secrets();
  /** Replies that refused something. */
  readonly refusals: Reply[] = [];
  private operator!: ApiClient;
  private tenant!: BuiltTenant;
  private tokens!: TokenPair;
  private admin!: ApiClient;
  private user!: Login;
  private userId!: string;
  private key!: Key;

  constructor(private readonly api: RunningApi) {}

  async live(): Promise<void> {
    this.operator = await this.api.asOperator();
    this.secrets.addToken(
      "the operator's token",
      String(this.operator.headers['authorization']).slice('Bearer '.length),
    );
    this.tenant = await aTenant().unlimited().madeBy(this.operator);
    this.secrets.add("the ADMIN's password", this.tenant.admin.password);
    this.tokens = await this.login('the ADMIN', this.tenant.admin);
    this.admin = this.api.client().bearer(this.tokens.accessToken);
    this.user = {
      email: `user@${this.tenant.slug}.example`,
      password: this.secrets.add("the user's password", aPassword()),
    };
    const made = await this.admin.post<{ id: string }>('/v1/users', { ...this.user, role: 'VIEWER' });
    this.userId = made.body.id;
    await this.login('the user', this.user);
    this.user.password = this.secrets.add("the user's next password", aPassword());
    const changed = await this.admin.patch(`/v1/users/${this.userId}`, { password: this.user.password });
    expect(changed.status).toBe(200);
    const next = await this.api
      .client()
      .post<TokenPair>('/v1/auth/refresh', { refreshToken: this.tokens.refreshToken });
    this.secrets.addToken('the next refresh token', next.body.refreshToken);
    this.secrets.addToken('the next access token', next.body.accessToken);
    const created = await this.admin.post<Key>('/v1/api-keys', { name: 'server', scopes: ['payments:read'] });
    this.secrets.addToken('the first key', created.body.secret);
    const rolled = await this.admin.post<Key>(`/v1/api-keys/${created.body.id}/roll`, { overlapSeconds: 60 });
    this.key = rolled.body;
    this.secrets.addToken('the key', this.key.secret);
    const all = { 'x-api-key': this.key.secret, 'x-tenant-id': this.tenant.slug };
    expect((await this.api.client(all).get('/v1/payments')).status).toBe(200);
    for (const name of ['JWT_SECRET', 'ENCRYPTION_KEY']) this.secrets.add(name, this.api.env[name]!);
  }

  async failInEveryPlace(): Promise<void> {
    const { admin, api, key, operator, tenant, user, userId } = this;
    const { accessToken, refreshToken } = this.tokens;
    const there = api.client({ 'x-tenant-id': tenant.slug });
    const forged = this.secrets.add(
      'a forged token',
      `${accessToken.slice(0, -20)}${randomBytes(15).toString('base64url')}`,
    );
    const guess = this.secrets.add(
      'a guessed key',
      key.secret.slice(0, -20) + randomBytes(10).toString('hex'),
    );
    const basic = Buffer.from(`${user.email}:${user.password}`).toString('base64');
    const raw = (body: string, type = 'application/json') =>
      there.send({ method: 'POST', path: '/v1/auth/login', headers: { 'content-type': type }, body });
    await this.refused(
      this.add('a wrong password', (password) =>
        there.post('/v1/auth/login', { email: user.email, password }),
      ),
      this.add('a password for an e-mail', (email) =>
        there.post('/v1/auth/login', { email, password: email }),
      ),
      there.post('/v1/auth/login', {
        email: this.secrets.add(
          'a password like an e-mail',
          `S3cret${randomBytes(6).toString('hex')}@bank.example`,
        ),
        password: user.password,
      }),
      this.add('a password too many', (newPassword) =>
        there.post('/v1/auth/login', { ...user, newPassword }),
      ),
      this.add('a password in a list', (password) =>
        there.post('/v1/auth/login', { ...user, password: [password] }),
      ),
      this.add('a password as a role', (role) => admin.patch(`/v1/users/${userId}`, { role })),
      admin.post('/v1/users', { ...user, role: 'VIEWER' }),
      admin.post('/v1/users', {
        email: 'x@y.example',
        password: user.password.repeat(9),
        role: 'VIEWER',
      }),
      admin.patch(`/v1/users/${userId}`, {
        password: this.secrets.add('a short password', 'sh"rt/ pw1'),
      }),
      raw(`{"email":"a@b.example","password":"${user.password}`),
      raw(`${user.password}`),
      raw(JSON.stringify({ __proto__: null, password: user.password, constructor: user.password })),
      raw(
        `email=a@b.example&password=${encodeURIComponent(user.password)}`,
        'application/x-www-form-urlencoded',
      ),
      api.client().post('/v1/auth/refresh', { refreshToken }),
      api.client().post('/v1/auth/refresh', { refreshToken: accessToken }),
      api.client().post('/v1/auth/logout', { refreshToken: guess, token: accessToken }),
      api.client().bearer(forged).get('/v1/me'),
      api.client().bearer(key.secret).get('/v1/me'),
      api.client().bearer(refreshToken).get('/v1/me'),
      api.client({ authorization: `Basic ${basic}` }).get('/v1/me'),
      api.client({ 'x-api-key': guess }).get('/v1/me'),
      api.client({ 'x-api-key': accessToken }).get('/v1/me'),
      api.client({ 'x-tenant-id': key.secret }).get('/v1/me'),
      api.client({ 'x-tenant-id': accessToken }).post('/v1/auth/login', user),
      api.client({ cookie: `token=${accessToken}` }).get('/v1/me'),
      api.client().get(`/v1/me?access_token=${accessToken}&api_key=${key.secret}`),
      admin.get(`/v1/payments?limit=${key.secret}&cursor=${refreshToken}&token=${accessToken}`),
      admin.get(`/v1/payments?cursor=${accessToken}`),
      admin.post('/v1/api-keys', { name: 'x', scopes: [key.secret], secret: key.secret }),
      admin.post('/v1/payments', { reference: { password: user.password }, amount: accessToken }),
      operator.post('/v1/admin/tenants', {
        slug: tenant.slug,
        name: 'x',
        tier: 'STARTER',
        admin: user,
      }),
      operator.post('/v1/admin/tenants', {
        slug: 'X_x',
        name: 'x',
        tier: key.secret,
        admin: tenant.admin,
      }),
      operator.get('/v1/me', { 'x-tenant-id': tenant.slug }),
      api.client({ 'x-tenant-id': 'nobody-at-all' }).post('/v1/auth/login', user),
    );
    // In the path it comes back to its sender, as `instance`; nobody else may see it.
    for (const secret of [key.secret, refreshToken, accessToken]) {
      expect((await admin.get(`/v1/api-keys/${secret}`)).status).toBe(404);
      expect((await admin.get(`/v1/nowhere/${secret}/x`)).status).toBe(404);
    }
  }

  /** Errors of drivers hold what was sent. */
  async failWithout(backend: 'mongodb' | 'redis'): Promise<void> {
    const { admin, api, key, tenant, tokens, user } = this;
    const proxy = api.databases.proxy(backend);
    await proxy.cut();
    const there = api.client({ 'x-tenant-id': tenant.slug });
    const replies = await Promise.all([
      there.post('/v1/auth/login', user),
      this.add('a new password', (password) =>
        there.post('/v1/auth/login', { email: 'a@b.example', password }),
      ),
      this.add('a lost password', (password) =>
        admin.post('/v1/users', { email: `lost@${backend}.example`, password, role: 'VIEWER' }),
      ),
      api.client().post('/v1/auth/refresh', { refreshToken: tokens.refreshToken }),
      api.client({ 'x-api-key': key.secret }).get('/v1/payments'),
      admin.delete(`/v1/api-keys/${key.id}`),
    ]);
    const pair = replies[0].body as Partial<TokenPair>;
    if (pair.accessToken !== undefined) this.secrets.addToken('a late access token', pair.accessToken);
    if (pair.refreshToken !== undefined) this.secrets.addToken('a late refresh token', pair.refreshToken);
    this.refusals.push(...replies.filter(({ status }) => status >= 400));
    await proxy.restore();
    await until('it to serve again', async () => (await admin.get('/v1/users')).status === 200);
  }

  private async refused(...replies: Promise<Reply>[]): Promise<void> {
    for (const reply of await Promise.all(replies)) {
      expect(reply.status).toBeGreaterThanOrEqual(400);
      this.refusals.push(reply);
    }
  }

  private async login(name: string, person: { email: string; password: string }): Promise<TokenPair> {
    const pair = await this.api.login(person, this.tenant.slug);
    this.secrets.addToken(`${name}'s access token`, pair.accessToken);
    this.secrets.addToken(`${name}'s refresh token`, pair.refreshToken);
    return pair;
  }

  private add<T>(name: string, send: (secret: string) => T): T {
    return send(this.secrets.add(name, aPassword()));
  }
}
