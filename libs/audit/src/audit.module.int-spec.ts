import { randomBytes } from 'node:crypto';
import { getModelToken } from '@nestjs/mongoose';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MongoClient } from 'mongodb';
import { Types, type Model } from 'mongoose';
import { ConfigModule, loadConfig } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule, TransactionRunner } from '@financeops/core/mongo';
import { Metrics, ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import { IsolationAudit, IsolationModule } from '@financeops/data-access/isolation';
import {
  ResolvedTenant,
  setRequestState,
  TenantContextService,
  type Principal,
} from '@financeops/tenancy/context';
import { until } from '@financeops/testing';
import { ResolutionAudit } from '@financeops/tenancy/resolution';
import type { NewAuditEvent } from './audit-event';
import { AuditEvent } from './audit-event.schema';
import type { AuditEventView } from './audit-event.view';
import { AuditLog, toStored } from './audit-log';
import { AuditHttpModule } from './audit-http.module';
import { AuditModule } from './audit.module';
import { BackgroundAudit } from './background-audit';
import { ChainKey } from './chain/chain-key';
import { RefusalAudit } from './refusal-audit';

const uri = process.env['TEST_MONGODB_URI']!;
const anId = () => new Types.ObjectId().toHexString();

const aTenant = () =>
  new ResolvedTenant({
    id: anId(),
    slug: 'a-tenant',
    name: 'A tenant',
    tier: 'STARTER',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [],
    overrides: null,
    createdAt: new Date(0).toISOString(),
    updatedAt: new Date(0).toISOString(),
  });

describe('the audit log', () => {
  const dbName = `audit_${randomBytes(6).toString('hex')}`;
  const client = new MongoClient(uri);
  const tenant = aTenant();
  const neighbour = aTenant();
  const admin: Principal = { type: 'user', id: anId(), tenantId: tenant.id, role: 'ADMIN' };
  const operator: Principal = { type: 'super-admin', id: anId(), role: 'SUPER_ADMIN' };
  let app: NestFastifyApplication;
  let caller: Principal = admin;

  beforeAll(async () => {
    const url = new URL(uri);
    url.pathname = `/${dbName}`;
    const config = loadConfig({
      MONGODB_URI: url.toString(),
      REDIS_URL: process.env['TEST_REDIS_URL'],
      JWT_SECRET: randomBytes(32).toString('hex'),
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    });
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule,
        MongoModule.forRoot({ uri: config.MONGODB_URI }),
        RedisModule.forRoot({ url: config.REDIS_URL, timeoutMs: 2_000 }),
        HttpModule,
        AuditModule,
        AuditHttpModule,
        IsolationModule.forRoot([AuditModule]),
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    const contexts = app.get(TenantContextService);
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('preValidation', (request, _reply, done) => {
        const context =
          caller.type === 'super-admin' ? null : ({ tenant, resolvedVia: 'jwt', resolvedAt: 0 } as const);
        setRequestState(request, {
          principal: caller,
          credentialError: null,
          context,
          tenantError: null,
          claims: {},
        });
        if (context === null) done();
        else contexts.run(context, done);
      });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(async () => {
    await client.db(dbName).dropDatabase();
    await client.close();
    await app.close();
  });
  beforeEach(async () => {
    caller = admin;
    await client.db(dbName).collection('audit_events').deleteMany({});
  });

  const anEvent = (event: Partial<NewAuditEvent> = {}): NewAuditEvent => ({
    tenantId: tenant.id,
    action: 'payment.read',
    outcome: 'allowed',
    actor: { type: 'user', id: admin.id },
    requestId: 'a-request',
    ...event,
  });
  const log = (event: Partial<NewAuditEvent> = {}, at?: Date) => app.get(AuditLog).record(anEvent(event), at);
  const read = async (query = '', path = '/v1/audit-events') => {
    const reply = await app.inject({ method: 'GET', url: `${path}${query}` });
    return {
      status: reply.statusCode,
      ...reply.json<{ data: AuditEventView[]; nextCursor: string | null }>(),
    };
  };
  const ids = async (query: string) => (await read(query)).data.map(({ requestId }) => requestId);

  it('shows a tenant its own events, as the contract says', async () => {
    const resource = { type: 'payment', id: anId(), ownerId: anId() };
    await log({ resource, details: { fields: ['status'] } });
    await log({ tenantId: neighbour.id });
    await log({ tenantId: null });
    // Its place in the chain comes a moment later.
    const shown = (await read()).data.map(({ seq: _s, prevHash: _p, hash: _h, ...event }) => event);
    expect(shown).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        tenantId: tenant.id,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        action: 'payment.read',
        outcome: 'allowed',
        actor: { type: 'user', id: admin.id },
        resource,
        requestId: 'a-request',
        details: { fields: ['status'] },
      },
    ]);
  });

  it('answers which records of others a user has read, in lists too', async () => {
    const mine = { type: 'payment', id: anId(), ownerId: admin.id };
    const theirs = { type: 'payment', id: anId(), ownerId: anId() };
    const nobodys = { type: 'payment', id: anId(), ownerId: null };
    await log({ resource: mine, requestId: 'mine' });
    await log({ resource: theirs, requestId: 'theirs' });
    await log({ resource: nobodys, requestId: 'nobodys' });
    await log({ requestId: 'list', details: { resources: [mine, theirs] } });
    await log({ requestId: 'own list', details: { resources: [mine] } });
    await log({ resource: theirs, requestId: 'by another', actor: { type: 'user', id: anId() } });
    const others = `?userId=${admin.id}&resourceOwnerNot=${admin.id}`;
    expect(await ids(others)).toEqual(['list', 'theirs']);
    expect(await ids(`?resourceId=${mine.id}`)).toEqual(['own list', 'list', 'mine']);
    // In the list there are both, but no one resource is mine and somebody else's.
    expect(await ids(`${others}&resourceId=${mine.id}`)).toEqual([]);
    expect(await ids(`${others}&resourceId=${theirs.id.toUpperCase()}`)).toEqual(['list', 'theirs']);
  });

  describe('in a transaction', () => {
    const within = (requestId: string) => app.get(AuditLog).recordWithin(anEvent({ requestId }));

    it('keeps what is committed, and nothing of what is undone', async () => {
      const transactions = app.get(TransactionRunner);
      await transactions.run(() => within('committed'));
      await expect(
        transactions.run(async () => {
          await within('undone');
          throw new Error('no, after all');
        }),
      ).rejects.toThrow('no, after all');
      expect(await ids('')).toEqual(['committed']);
    });

    it('has to be in one', async () => {
      await expect(within('outside')).rejects.toThrow('there is none');
    });
  });

  it('stores what comes behind the requests, each once however often it is sent', async () => {
    app.get(BackgroundAudit).record(anEvent({ requestId: 'behind' }));
    await until('the event', async () => (await ids('')).length === 1);
    const events = [1, 2, 3].map((n) => toStored(app.get(ChainKey), anEvent({ requestId: String(n) })));
    // As after an answer that got lost: one is there, the others aren't.
    await app.get(AuditLog).store(events.slice(1, 2));
    await app.get(AuditLog).store(events);
    await app.get(AuditLog).store(events);
    expect((await ids('')).sort()).toEqual(['1', '2', '3', 'behind']);
  });

  it('searches by action and time: from inclusive, to exclusive', async () => {
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    for (const second of [0, 1, 2]) await log({ requestId: String(second) }, at(second));
    await log({ requestId: 'login', action: 'auth.login' }, at(1));
    expect(await ids(`?action=payment.read&from=${at(0).toISOString()}&to=${at(2).toISOString()}`)).toEqual([
      '1',
      '0',
    ]);
    expect(await ids('?action=auth.login')).toEqual(['login']);
    expect(await ids('?from=2026-01-02')).toEqual([]);
  });

  it('gives pages that end where the next begins, and refuses a cursor of another list', async () => {
    const at = new Date();
    for (let n = 0; n < 5; n += 1) await log({ requestId: String(n) }, at);
    const seen: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof read>> = await read(
        `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.data.map(({ requestId }) => requestId));
      cursor = page.nextCursor;
      if (cursor !== null) {
        expect(await read(`?limit=2&action=auth.login&cursor=${cursor}`)).toMatchObject({ status: 400 });
      }
    } while (cursor !== null);
    expect(seen).toEqual(['4', '3', '2', '1', '0']);
  });

  it.each([
    'userId=x',
    'resourceId[$ne]=x',
    'action=none',
    'from=yesterday',
    'tenantId=000000000000000000000000',
    'limit=0',
    'cursor=x',
  ])('refuses ?%s', async (query) => {
    expect(await read(`?${query}`)).toMatchObject({ status: 400, code: 'validation-failed' });
  });

  it('shows the operator the platform’s events or one tenant’s, and notes that it did', async () => {
    await log({ requestId: 'of the tenant' });
    await log({ requestId: 'of the platform', tenantId: null, action: 'tenant.resolution-failed' });
    caller = operator;
    const admins = '/v1/admin/audit-events';
    const platform = await read('', admins);
    expect(platform.data.map(({ action }) => action)).toEqual([
      'isolation.bypass',
      'tenant.resolution-failed',
    ]);
    expect(platform.data[0]).toMatchObject({
      tenantId: null,
      actor: { type: 'super-admin', id: operator.id },
      details: { route: 'GET /v1/admin/audit-events' },
    });
    const one = await read(`?tenantId=${tenant.id}`, admins);
    expect(one.data.map(({ requestId }) => requestId)).toEqual(['of the tenant']);
  });

  it('takes what the libraries below report', async () => {
    await app.get(ResolutionAudit).record({
      action: 'tenant.mismatch',
      tenantId: tenant.id,
      actor: admin,
      requestId: 'r1',
      details: { header: neighbour.slug },
    });
    await app.get(IsolationAudit).violation({
      tenantId: tenant.id,
      actor: null,
      requestId: null,
      net: 'wire',
      collection: 'payments',
      operation: 'find',
      reason: 'a test',
    });
    expect((await read()).data).toMatchObject([
      {
        action: 'isolation.violation',
        outcome: 'denied',
        actor: { type: 'anonymous', id: null },
        details: { net: 'wire' },
      },
      { action: 'tenant.mismatch', outcome: 'denied', actor: { type: 'user', id: admin.id } },
    ]);
  });

  it('has the bypasses, a job’s as the platform’s own', async () => {
    const audit = app.get(IsolationAudit);
    await audit.bypass({ reason: 'totals', actor: operator, requestId: 'r1', route: 'GET /v1/admin/x' });
    await audit.bypass({ reason: 'a look', job: 'a-job', forMs: 1_000 });
    caller = operator;
    const { data } = await read('?action=isolation.bypass', '/v1/admin/audit-events');
    // The first is of this very read.
    expect(data.slice(1, 3)).toMatchObject([
      {
        tenantId: null,
        outcome: 'allowed',
        actor: { type: 'system', id: null },
        requestId: null,
        details: { reason: 'a look', job: 'a-job', forMs: 1_000 },
      },
      {
        tenantId: null,
        actor: { type: 'super-admin', id: operator.id },
        requestId: 'r1',
        details: { reason: 'totals', route: 'GET /v1/admin/x' },
      },
    ]);
  });

  it('lets a refusal stand, and raises an alarm, when it can’t be stored', async () => {
    const store = jest.spyOn(app.get(AuditLog), 'record').mockRejectedValue(new Error('down'));
    await app.get(RefusalAudit).record({
      tenantId: tenant.id,
      action: 'tenant.mismatch',
      outcome: 'denied',
      actor: { type: 'anonymous', id: null },
      requestId: 'r',
    });
    expect(await app.get(Metrics).registry.getSingleMetricAsString('audit_events_lost_total')).toContain('1');
    await expect(
      app.get(IsolationAudit).bypass({ reason: 'x', actor: operator, requestId: 'r', route: 'GET /' }),
    ).rejects.toMatchObject({ code: 'unavailable' });
    caller = operator;
    expect((await read('', '/v1/admin/audit-events')).status).toBe(503);
    store.mockRestore();
  });

  describe('is append-only', () => {
    const model = () => app.get<Model<AuditEvent>>(getModelToken(AuditEvent.name));
    const set = { $set: { outcome: 'denied' } } as never;
    it.each<[string, () => unknown]>([
      ['updateOne', () => model().updateOne({}, set)],
      ['updateMany without middleware', () => model().updateMany({}, set, { middleware: false } as never)],
      ['replaceOne', () => model().replaceOne({}, {} as never)],
      ['findOneAndUpdate', () => model().findOneAndUpdate({}, set)],
      ['deleteOne', () => model().deleteOne({})],
      ['deleteMany', () => model().deleteMany({})],
      ['findOneAndDelete', () => model().findOneAndDelete({})],
      ['bulkWrite', () => model().bulkWrite([{ deleteMany: { filter: {} } }])],
      [
        'save',
        async () =>
          (
            (await model().findOne({ action: 'payment.read' })) as unknown as {
              set(v: object): { save(): unknown };
            }
          )
            .set({ outcome: 'denied' })
            .save(),
      ],
      ['document.deleteOne', async () => (await model().findOne({ action: 'payment.read' }))!.deleteOne()],
      ['Model.collection', () => model().collection.deleteMany({})],
      ['drop', () => model().collection.drop()],
    ])('%s', async (_name, change) => {
      await log();
      // The attempt itself is one more event.
      const events = () =>
        client.db(dbName).collection('audit_events').find({ action: 'payment.read' }).toArray();
      const before = await events();
      await expect((async () => await change())()).rejects.toThrow();
      expect(before).toHaveLength(1);
      expect(await events()).toEqual(before);
    });
  });
});
