import type { OpenAPIObject } from '@nestjs/swagger';
import { ERROR_CODES, HTTP_STATUS, TITLE, type ErrorCode } from '@financeops/core/errors';
import type { AccessRule } from '@financeops/core/http';
import type { Route } from './routes';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Any route: malformed headers, the host's tenant, limits, databases, our own errors. */
const ALWAYS: readonly ErrorCode[] = [
  ...([
    'bad-request',
    'validation-failed',
    'tenant-not-found',
    'tenant-mismatch',
    'tenant-inactive',
  ] as const),
  ...(['unsupported-media-type', 'rate-limited', 'internal', 'unavailable'] as const),
];

const BY_RULE: Readonly<Record<AccessRule['kind'], readonly ErrorCode[]>> = {
  operator: [],
  public: ['unauthenticated'],
  // The tier may lack what the route is for, or API keys as such.
  any: ['unauthenticated', 'feature-not-in-tier'],
  tenant: ['unauthenticated', 'tenant-required', 'forbidden', 'cross-tenant-access', 'feature-not-in-tier'],
  'super-admin': ['unauthenticated', 'forbidden'],
};

/** Codes of the problems that a route can answer, in the order of `ERROR_CODES`. */
export const problemsOf = ({ rule, problems }: Route, operation: Operation): ErrorCode[] => {
  const codes = new Set<ErrorCode>([...ALWAYS, ...BY_RULE[rule.kind], ...problems]);
  if (rule.kind === 'public' && rule.tenant === 'required') codes.add('tenant-required');
  if (operation.requestBody !== undefined) codes.add('payload-too-large');
  if ((operation.parameters ?? []).some((one) => 'in' in one && one.in === 'path')) codes.add('not-found');
  return ERROR_CODES.filter((code) => codes.has(code));
};

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds to wait before trying again', schema: { type: 'integer' as const } },
};

const replyOf = (status: number, codes: readonly ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${TITLE[code]}`).join('. '),
  ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { type: 'object' as const, properties: { code: { type: 'string' as const, enum: [...codes] } } },
        ],
      },
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
});

/** The replies that refuse a request, by status. */
export const refusalsOf = (codes: readonly ErrorCode[]): Operation['responses'] => {
  const statuses = [...new Set(codes.map((code) => HTTP_STATUS[code]))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      replyOf(
        status,
        codes.filter((code) => HTTP_STATUS[code] === status),
      ),
    ]),
  );
};

/** One example of each problem, for `components.examples`. */
export const problemExamples = (codes: Iterable<ErrorCode>) =>
  Object.fromEntries(
    [...codes].sort().map((code) => [
      code,
      {
        summary: TITLE[code],
        value: {
          type: `urn:problem:${code}`,
          title: TITLE[code],
          status: HTTP_STATUS[code],
          detail: `${TITLE[code]}.`,
          instance: '/v1/payments',
          code,
          requestId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
          ...(code === 'validation-failed'
            ? { errors: [{ pointer: '/amount', message: 'must be a whole number' }] }
            : {}),
          ...(HTTP_STATUS[code] === 429 ? { retryAfter: 7 } : {}),
        },
      },
    ]),
  );

/** Credentials that a route takes: any one of the list; an empty list is none. */
export const securityOf = (rule: AccessRule): Record<string, string[]>[] => {
  if (rule.kind === 'public' || rule.kind === 'operator') return [];
  const takesKeys = rule.kind === 'any' || (rule.kind === 'tenant' && (rule.anyKey || rule.scope !== null));
  return takesKeys ? [{ bearer: [] }, { apiKey: [] }] : [{ bearer: [] }];
};
