import { randomBytes } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { MongoClient, ObjectId, type Db } from 'mongodb';
import { AuditModule } from '@financeops/audit';
import type { Instruction, PaymentFileReader } from '@financeops/bulk-payments/formats';
import { ConfigModule, loadConfig } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import type { Currency } from '@financeops/core/money';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { PaymentGateway } from '@financeops/gateways';
import { UnresolvedPaymentsModule } from '@financeops/payments/feature';
import {
  ResolvedTenant,
  TenantContextModule,
  TenantContextService,
  type Principal,
} from '@financeops/tenancy/context';
import { BulkStorageModule } from '../bulk-storage.module';
import { BulkProcessor } from '../processing/bulk-processor';
import { BulkItemUpdaterModule } from '../processing/bulk-item-updater.module';
import { BulkQueries } from '../report/bulk-queries.service';
import { BulkReports } from '../report/bulk-reports.service';
import { BulkAcceptance } from '../upload/bulk-acceptance';
import { BulkUploadService, type Upload } from '../upload/bulk-upload.service';
import { UploadSweeper } from '../upload/upload-sweeper';

export interface BulkApp {
  module: TestingModule;
  /** A client without tenant isolation, for checks. */
  raw: Db;
  as<R>(tenant: ResolvedTenant, work: () => R): R;
  aTenant(maxTransactionsPerMonth?: number): Promise<ResolvedTenant>;
  send(
    tenant: ResolvedTenant,
    lines: Partial<Instruction>[],
    changes?: SentFile,
  ): ReturnType<BulkUploadService['receive']>;
  close(): Promise<void>;
}

type SentFile = Partial<Omit<Upload, 'file' | 'reader'>> & { bytes?: string; messageId?: string };

const caller = (tenant: ResolvedTenant): Principal => ({
  type: 'user',
  id: 'a'.repeat(24),
  tenantId: tenant.id,
  role: 'ADMIN',
});

/** A valid line. */
export const aLine = (changes: Partial<Instruction> = {}): Partial<Instruction> => changes;

const complete = (line: Partial<Instruction>, index: number): Instruction => ({
  n: index + 1,
  line: index + 2,
  batch: null,
  reference: null,
  instructionId: null,
  endToEndId: null,
  amount: 1250n,
  currency: 'EUR' as Currency,
  method: 'bank_transfer',
  description: null,
  creditor: { name: 'Muster', iban: null, account: null, bic: null },
  metadata: {},
  errors: [],
  ...line,
});

/** A reader that yields these lines for any bytes. */
const scripted = (lines: Partial<Instruction>[], messageId: string | undefined): PaymentFileReader => ({
  async *instructions(file) {
    for await (const bytes of file) void bytes;
    const all = lines.map(complete);
    for (let from = 0; from < all.length; from += 3) yield all.slice(from, from + 3);
  },
  outcome: () => ({
    format: messageId === undefined ? 'csv' : 'pain.001.001.09',
    message:
      messageId === undefined
        ? null
        : {
            namespace: 'urn:x',
            messageId,
            initiatingParty: 'Muster',
            numberOfTransactions: '1',
            controlSum: null,
          },
    total: lines.length,
    errors: [],
    errorCount: 0,
  }),
});

/** A process with the modules of bulk payments, on its own database or that of `beside`. The test runs the turns. */
export const aBulkApp = async (gateway?: PaymentGateway, beside?: BulkApp): Promise<BulkApp> => {
  const url = new URL(process.env['TEST_MONGODB_URI'] ?? '');
  url.pathname = beside?.raw.databaseName ?? `bulk_${randomBytes(6).toString('hex')}`;
  const client = await MongoClient.connect(url.href);
  const raw = client.db();
  const config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: url.href,
    REDIS_URL: process.env['TEST_REDIS_URL'],
    JWT_SECRET: 'x'.repeat(32),
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    BULK_MAX_BYTES: '100000',
  });
  const builder = Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      ObservabilityModule,
      MongoModule.forRoot({ uri: config.MONGODB_URI }),
      RedisModule.forRoot({ url: config.REDIS_URL, timeoutMs: 2_000 }),
      TenantContextModule,
      HttpModule,
      AuditModule,
      IsolationModule.forRoot([AuditModule]),
      BulkStorageModule,
      UnresolvedPaymentsModule.forRoot([BulkItemUpdaterModule]),
    ],
    providers: [BulkUploadService, BulkAcceptance, BulkProcessor, UploadSweeper, BulkQueries, BulkReports],
  });
  if (gateway !== undefined) builder.overrideProvider(PaymentGateway).useValue(gateway);
  const module = await builder.compile();
  module.useLogger(false);
  await module.init();
  const contexts = module.get(TenantContextService);

  const as = <R>(tenant: ResolvedTenant, work: () => R): R =>
    contexts.run({ tenant, resolvedVia: 'job', resolvedAt: Date.now() }, work);

  return {
    module,
    raw,
    as,
    aTenant: async (maxTransactionsPerMonth) => {
      const _id = new ObjectId();
      const now = new Date();
      const stored = {
        slug: `t${_id.toHexString()}`,
        name: 'Bank',
        tier: 'ENTERPRISE' as const,
        isActive: true,
        branding: { displayName: null, primaryColor: null, logoUrl: null },
        domains: [],
        overrides:
          maxTransactionsPerMonth === undefined
            ? null
            : { maxTransactionsPerMonth, reason: 'test', expiresAt: '2999-01-01T00:00:00Z' },
      };
      await raw
        .collection('tenants')
        .insertOne({ _id, ...stored, revision: 1, createdAt: now, updatedAt: now });
      return new ResolvedTenant({
        id: _id.toHexString(),
        ...stored,
        createdAt: now.toISOString(),
        updatedAt: now.toISOString(),
      });
    },
    send: (tenant, lines, { bytes = randomBytes(8).toString('hex'), messageId, ...upload } = {}) =>
      as(tenant, () =>
        module.get(BulkUploadService).receive(
          {
            file: (async function* () {
              await Promise.resolve();
              yield Buffer.from(bytes);
            })(),
            reader: scripted(lines, messageId),
            mode: 'atomic',
            options: `{"mode":"${upload.mode ?? 'atomic'}"}`,
            idempotencyKey: null,
            ...upload,
          },
          caller(tenant),
        ),
      ),
    close: async () => {
      await module.close();
      if (beside === undefined) await raw.dropDatabase();
      await client.close();
    },
  };
};
