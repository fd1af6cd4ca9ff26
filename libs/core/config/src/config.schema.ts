import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const integer = (fallback: number, min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback);

/** The host may be an IPv6 address in brackets. */
const HOST_PORT = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/;

const secret = z.string().refine((text) => Buffer.byteLength(text) >= 32, 'must have at least 32 bytes');

/** The environment, and nothing else configures a process. One schema: defaults, limits and messages in one place. */
export const configSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: integer(3000, 0, 65_535),
  HOST: z.string().min(1).default('127.0.0.1'),
  BASE_DOMAIN: z
    .string()
    .toLowerCase()
    .regex(
      /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
      'must be a host name with at least two labels, e.g. pay.example.com',
    )
    .default('financeops.localhost'),
  NEUTRAL_HOSTS: list.transform((hosts) => hosts.map((host) => host.toLowerCase())),
  MONGODB_URI: z
    .string({ error: 'is required: mongodb://... of a replica set (npm start brings its own)' })
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://'),
  /** `host:port` of some of a cluster's nodes: then there is no REDIS_URL. */
  REDIS_CLUSTER_NODES: list.pipe(z.array(z.string().regex(HOST_PORT, 'must be host:port,host:port,...'))),
  REDIS_URL: z
    .string({ error: 'is required: redis://host:port (npm start brings its own)' })
    .regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://'),
  /** Milliseconds that a request waits for Redis before it goes on without. */
  REDIS_TIMEOUT_MS: integer(40, 5, 5_000),
  DATA_DIR: z.string().min(1).default('.data'),
  JWT_SECRET: z.string({ error: 'is required: at least 32 bytes, the same in every process' }).pipe(secret),
  JWT_PREVIOUS_SECRETS: list.pipe(z.array(secret)),
  ENCRYPTION_KEY: z
    .string({ error: 'is required: 32 bytes in base64 (openssl rand -base64 32), the same in every process' })
    .refine(
      (text) => Buffer.from(text, 'base64').length === 32,
      'must be 32 bytes in base64 (openssl rand -base64 32)',
    ),
  TRUST_PROXY: list,
  DNS_SERVERS: list.pipe(
    z.array(z.string().regex(/^(\[[0-9a-fA-F:]+\]|[\d.]+)(:\d{1,5})?$/, 'must be ip:port, e.g. 9.9.9.9:53')),
  ),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Bytes of the largest payment file that is taken. */
  BULK_MAX_BYTES: integer(64 * 1_048_576, 1_024, 4 * 1_073_741_824),
  /** Port of the worker's health and metrics, on HOST. */
  WORKER_PORT: integer(3001, 0, 65_535),
  ANONYMOUS_REQUESTS_PER_MINUTE: integer(300, 1, 1_000_000),
  /** Connections to tenants' own databases that a process keeps while nobody uses them. */
  TENANT_CONNECTIONS_KEPT: integer(100, 1, 10_000),
  TENANT_CONNECTIONS_IDLE_SECONDS: integer(300, 1, 86_400),
});

export type Config = z.output<typeof configSchema>;

/** Injection token of the checked configuration. */
export const CONFIG = Symbol('CONFIG');
