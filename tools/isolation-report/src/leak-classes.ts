/** Tests of one file, by the beginning of their full names; `class`: of the corpus, by the number in their titles. */
export type Proof = { file: string } & ({ test: string } | { class: number });

export interface LeakClass {
  leak: number;
  title: string;
  proofs: Proof[];
}

const ISOLATION = 'libs/data-access/isolation/src';
const PROOFS = 'libs/data-access/isolation/proofs';
const E2E = 'apps/api-e2e/src';

export const CORPUS_FILE = `${PROOFS}/corpus/nets-alone.int-spec.ts`;
export const SURFACE_FILE = `${PROOFS}/surface/surface.int-spec.ts`;

const REPOSITORY = `${ISOLATION}/repository/tenant-aware.repository.int-spec.ts`;
const PLUGIN = `${ISOLATION}/schema/tenant-isolation.plugin.int-spec.ts`;
const PROBE = `${ISOLATION}/wire-probe/wire-probe.int-spec.ts`;
const DETOURS = `${ISOLATION}/wire-probe/wire-probe-detours.int-spec.ts`;
const PIPELINES = `${ISOLATION}/repository/pipeline.rules.spec.ts`;
const BOOT = `${ISOLATION}/boot/boot-checks.int-spec.ts`;
const CONTEXT = 'libs/tenancy/context/src/tenant-context.service.spec.ts';
const RESOLUTION = `${E2E}/tenancy/resolution.e2e-spec.ts`;
const NEIGHBOURS = `${E2E}/payments/neighbours.e2e-spec.ts`;
const PROPERTY = `${PROOFS}/property/isolation.property.int-spec.ts`;

const byCorpus = (leak: number): Proof => ({ file: CORPUS_FILE, class: leak });
const test = (file: string, name: string): Proof => ({ file, test: name });

/** Ways in which tenants have leaked into each other in systems like this one, and the tests that show each closed here. */
export const LEAK_CLASSES: LeakClass[] = [
  {
    leak: 1,
    title: 'A query that is built for one tenant and awaited in another’s context',
    proofs: [
      byCorpus(1),
      test(REPOSITORY, 'TenantAwareRepository stays bound to the tenant in whose context it was called'),
      test(PROPERTY, 'many tenants at once'),
    ],
  },
  {
    leak: 2,
    title: 'A context that the next request on the socket sees',
    proofs: [
      test(CONTEXT, 'The tenant context is what was given to `run`, as long as the work runs'),
      test(CONTEXT, 'The tenant context holds through awaits, timers and streams'),
      test(NEIGHBOURS, 'Tenants at work side by side see their own payments alone'),
    ],
  },
  {
    leak: 3,
    title: 'A worker that runs the next job as the tenant of the last one',
    proofs: [
      test(CONTEXT, 'The tenant context inside of another is its own, and afterwards the outer one is back'),
      test(CONTEXT, 'The tenant context where there is none, is an error'),
      test(REPOSITORY, 'TenantAwareRepository throws outside of a tenant'),
      test(
        'libs/audit/src/background-audit.spec.ts',
        'The audit behind the requests works in no request’s context',
      ),
    ],
  },
  {
    leak: 4,
    title: 'State of a limiter that all tenants share',
    proofs: [
      test(
        'libs/rate-limiting/src/rate-limiter.service.int-spec.ts',
        "RateLimiterService checkAndConsume takes places in the window of the context's tenant",
      ),
      test(
        'libs/rate-limiting/src/windows/sliding-window.int-spec.ts',
        'the sliding-window script in batches keeps owners apart',
      ),
      test('libs/usage/src/usage.int-spec.ts', 'usage UsageTrackerService counts for a neighbour nothing'),
    ],
  },
  {
    leak: 5,
    title: 'A token of one tenant with a header or host of another',
    proofs: [
      test(RESOLUTION, "A user's token"),
      test(RESOLUTION, 'An API key'),
      test(
        'libs/tenancy/resolution/src/tenant-resolver.service.spec.ts',
        'the chain decides, and everything present must agree',
      ),
    ],
  },
  {
    leak: 6,
    title: 'A malformed header taken for none; a header with a reserved name',
    proofs: [
      test(RESOLUTION, 'X-Tenant-ID'),
      test('libs/tenancy/resolution/src/request-names.spec.ts', 'the names in a request'),
    ],
  },
  {
    leak: 7,
    title: 'A null tenant that matches documents without one',
    proofs: [byCorpus(7), test(REPOSITORY, 'TenantAwareRepository reads never takes undefined for "any"')],
  },
  {
    leak: 8,
    title: 'Reads without the tenant: distinct, counts, exists and the like',
    proofs: [byCorpus(8), test(REPOSITORY, 'TenantAwareRepository reads'), test(PROBE, 'probeWire')],
  },
  {
    leak: 9,
    title: 'populate across tenants, virtual populate included',
    proofs: [byCorpus(9), test(PLUGIN, 'tenantIsolationPlugin populate')],
  },
  {
    leak: 10,
    title: '$lookup, $unionWith, $graphLookup, $facet, $out, $merge, at any depth',
    proofs: [byCorpus(10), test(PIPELINES, ''), test(DETOURS, 'probeWire: detours')],
  },
  {
    leak: 11,
    title: 'A schema without tenantId, whose filter becomes “everything”',
    proofs: [
      byCorpus(11),
      test(BOOT, 'The boot fails on a tenant’s schema without the plugin'),
      test(`${ISOLATION}/schema/schema-check.rules.spec.ts`, 'schemaViolations'),
    ],
  },
  {
    leak: 12,
    title: 'Ways that fire no hook: watch, estimatedDocumentCount, Model.collection, Model.db',
    proofs: [
      byCorpus(12),
      test(PLUGIN, 'tenantIsolationPlugin watch'),
      test(PROBE, 'probeWire Mongoose’s own way to the database'),
    ],
  },
  {
    leak: 13,
    title: 'Hooks switched off for one call',
    proofs: [byCorpus(13), test(PLUGIN, 'tenantIsolationPlugin find without middleware')],
  },
  {
    leak: 14,
    title: 'Updates, replacements and deletes without the tenant',
    proofs: [byCorpus(14), test(REPOSITORY, 'TenantAwareRepository writes')],
  },
  {
    leak: 15,
    title: 'bulkWrite: its filters and its documents',
    proofs: [byCorpus(15), test(REPOSITORY, 'TenantAwareRepository a foreign tenantId')],
  },
  {
    leak: 16,
    title: 'A document of one tenant that another’s code saves',
    proofs: [byCorpus(16), test(PLUGIN, 'tenantIsolationPlugin document.save')],
  },
  {
    leak: 17,
    title: 'tenantId changed by a pipeline, overwriteImmutable and the like',
    proofs: [byCorpus(17), test(`${ISOLATION}/repository/update.rules.spec.ts`, '')],
  },
  {
    leak: 18,
    title: 'The same reference in two tenants',
    proofs: [
      byCorpus(18),
      test(REPOSITORY, 'TenantAwareRepository writes lets two tenants use the same reference'),
    ],
  },
  {
    leak: 19,
    title: 'A cache key without the tenant',
    proofs: [
      test('libs/tenancy/directory/src/tenant-directory.int-spec.ts', 'TenantDirectory, in two processes'),
      test(`${E2E}/tenants/tenants-two-processes.e2e-spec.ts`, 'Tenants, administered through one process'),
    ],
  },
  {
    leak: 20,
    title: 'A cached tenant that does not survive the round trip',
    proofs: [
      test(
        'libs/tenancy/context/src/resolved-tenant.spec.ts',
        'The tiers survive JSON: unlimited stays unlimited',
      ),
      test('libs/tenancy/context/src/resolved-tenant.spec.ts', 'A tenant is what its snapshot says'),
    ],
  },
  {
    leak: 21,
    title: 'An idempotency key without tenant and route',
    proofs: [
      test(
        `${E2E}/payments/idempotency.e2e-spec.ts`,
        'A request with an Idempotency-Key is of its route: the same key on another is another',
      ),
      test(
        NEIGHBOURS,
        "A neighbour's payment is not touched by the neighbour's use of the same Idempotency-Key and body",
      ),
    ],
  },
  {
    leak: 22,
    title: 'A rate limiter on the client’s clock',
    proofs: [
      test(
        'libs/rate-limiting/src/windows/sliding-window.int-spec.ts',
        'the sliding-window script on Redis’s clock never has more than the limit in a window',
      ),
    ],
  },
  {
    leak: 23,
    title: 'A thousand dedicated tenants: sockets and memory without bound',
    proofs: [
      test(
        `${ISOLATION}/placement/thousand-tenants.int-spec.ts`,
        '1,000 tenants with databases of their own each has its documents; connections, models and sockets stay bounded',
      ),
    ],
  },
];

/** What stands beside the classes: any caller's ids, random operations, what the boot refuses. */
export const FURTHER: { title: string; proofs: Proof[] }[] = [
  {
    title: 'Every route that takes an id answers a neighbour’s as one that nobody has',
    proofs: [
      test(`${E2E}/isolation/foreign-ids.e2e-spec.ts`, "A neighbour's ids, on every route that takes one"),
    ],
  },
  {
    title: 'Random operations of many tenants at once, against a model',
    proofs: [
      test(`${PROOFS}/fuzz/isolation-fuzz.int-spec.ts`, ''),
      test(`${PROOFS}/fuzz/fuzz-finds-leaks.int-spec.ts`, 'The fuzz'),
      test(`${E2E}/isolation/http-fuzz.e2e-spec.ts`, 'Ten tenants at once, over HTTP'),
    ],
  },
  {
    title: 'Boot: a tenant’s schema without the plugin',
    proofs: [test(BOOT, 'The boot fails on a tenant’s schema without the plugin')],
  },
  {
    title: 'Boot: an index that does not begin with tenantId, and is not declared with a reason',
    proofs: [test(BOOT, 'The boot fails on an index that does not begin with tenantId')],
  },
  {
    title: 'Boot: a route without a rule of access',
    proofs: [test(BOOT, 'The boot fails on a route without a rule of access')],
  },
  {
    title: 'Boot: a bypass for others than super-admins',
    proofs: [test(BOOT, 'The boot fails on a bypass of the isolation')],
  },
  {
    title: 'Boot: a tenant’s model in other hands than a repository’s',
    proofs: [test(BOOT, 'The boot fails on a tenant’s model in other hands than a repository’s')],
  },
  {
    title: 'A bypass is on record before the first read, and ends with its request',
    proofs: [test(`${ISOLATION}/isolation.module.int-spec.ts`, 'IsolationModule')],
  },
  {
    title: 'A job’s bypass is on record before the first read, and ends with its time',
    proofs: [test(`${ISOLATION}/bypass/bypass.spec.ts`, 'A job that reads across tenants')],
  },
  {
    title: 'What is on record of attempts and bypasses is not changed unseen',
    proofs: [test('libs/audit/src/chain/audit-chain.int-spec.ts', 'The chain of an audit log')],
  },
  {
    title: 'Filters, updates and documents have no room for tenantId when they are compiled',
    proofs: [
      test(
        `${ISOLATION}/repository/tenant-types.spec.ts`,
        'the types of a repository have no room for tenantId',
      ),
    ],
  },
  {
    title: 'A tenant with a database of its own behind the same nets',
    proofs: [test(`${ISOLATION}/placement/nets-on-dedicated.int-spec.ts`, '')],
  },
];
