/**
 * What is mutated together, and the specs that have to notice: these alone are loaded, anew for every mutant, so a slice
 * is as fast as its specs are few.
 *
 * `io`: its specs need MongoDB and Redis. Then mutants that act only while a module is loaded (decorators, tables of
 * constants) are left out, since every spec would have to run for each of them; without I/O they are in. `units`: specs
 * without I/O that are asked too.
 */
const isolation = 'libs/data-access/isolation/src';
const context = 'libs/tenancy/context/src';
const directory = 'libs/tenancy/directory/src';
const resolution = 'libs/tenancy/resolution/src';

const slice = (folder, files, specs, { io = false, units = [] } = {}) => ({
  mutate: files.map((file) => `${folder}/${file}.ts`),
  specs: [
    ...specs.map((spec) => `${folder}/${spec}.${io ? 'int-' : ''}spec.ts`),
    ...units.map((spec) => `${folder}/${spec}.spec.ts`),
  ],
  io,
});

export const SLICES = {
  plain: slice(isolation, ['plain.rules'], ['plain.rules']),
  filters: slice(isolation, ['filter.rules'], ['filter.rules']),
  updates: slice(isolation, ['update.rules'], ['update.rules']),
  pipelines: slice(
    isolation,
    ['pipeline.rules', 'pipeline-stages', 'search-stage.rules'],
    ['pipeline.rules'],
  ),
  'bound-operations': slice(isolation, ['bound-operation.rules'], ['bound-operation.rules']),
  'wire-commands': slice(isolation, ['wire-command.rules', 'wire-sources.rules'], ['wire-command.rules']),
  schemas: slice(
    isolation,
    ['schema-check.rules', 'tenant-schema', 'tenant-schema-facts', 'base-tenant.document'],
    ['schema-check.rules'],
  ),
  entities: slice(isolation, ['entity-reader'], ['entity-reader']),
  switches: slice(isolation, ['net-switches', 'repository-net'], ['net-switches', 'repository-net']),
  'collection-guard': slice(isolation, ['collection-guard', 'pinned-call'], ['collection-guard']),
  'pinned-cursor': slice(isolation, ['pinned-cursor'], ['tenant-isolation.plugin'], {
    io: true,
    units: ['collection-guard'],
  }),
  'cursor-owners': slice(isolation, ['cursor-owners'], ['cursor-owners']),
  'known-stages': slice(isolation, ['known-stages.rules'], ['known-stages.rules']),
  'collection-kinds': slice(isolation, ['collection-kinds'], ['collection-kinds']),
  'collection-rules': slice(isolation, ['tenant-collection.rules'], ['tenant-collection.rules']),
  'schema-plugin': slice(isolation, ['tenant-isolation.plugin'], ['tenant-isolation.plugin']),
  'append-only': slice(isolation, ['append-only.plugin'], ['append-only.plugin']),
  'wire-probe': slice(isolation, ['wire-probe', 'violations', 'operation-scope'], ['wire-probe']),
  bypass: slice(
    isolation,
    [
      ...['bypass{,.interceptor,-reason,-record,-routes}', 'bypass-tenant-isolation.decorator', 'job-bypass'],
      ...['isolation-alarm', 'isolation.errors'],
    ],
    ['bypass'],
  ),
  boot: slice(
    isolation,
    ['isolation-boot.service', 'collection-builder', 'model-holders'],
    ['isolation-boot.service', 'collection-builder', 'model-holders'],
  ),
  repository: slice(
    isolation,
    ['tenant-aware.repository', 'bound-calls', 'bulk-operations'],
    [
      ...['tenant-aware.repository', 'tenant-aware.repository-surface', 'stored-bytes'],
      'placement/repository-on-dedicated',
    ],
    { io: true },
  ),
  'stored-bytes': slice(isolation, ['stored-bytes'], ['stored-bytes'], { io: true }),
  connections: slice(
    isolation,
    ['placement/tenant-connection-manager'],
    ['placement/tenant-connection-manager'],
    { io: true },
  ),
  'dedicated-connections': slice(
    isolation,
    ['dedicated-connections', 'tenant-models', 'begun-too-early'].map((file) => `placement/${file}`),
    ['placement/dedicated-connections'],
  ),
  placement: slice(isolation, ['placement/database-fault.rules'], ['placement/database-fault.rules']),
  'database-names': slice(context, ['tenant-database.rules'], ['tenant-database.rules']),
  schedules: slice(context, ['rate-limit-schedule.rules', 'rate-limit-schedule'], ['rate-limit-schedule']),
  tiers: slice(context, ['resolved-tenant', 'tiers'], ['rate-limit-schedule', 'resolved-tenant']),
  context: slice(context, ['tenant-context.service', 'request-state'], ['tenant-context.service']),
  'local-cache': slice(directory, ['local-tenant-cache', 'tenant-record'], ['local-tenant-cache']),
  'shared-cache': slice(directory, ['shared-tenant-cache'], ['shared-tenant-cache'], { io: true }),
  directory: slice(directory, ['tenant-directory'], ['tenant-directory']),
  'change-watch': slice(directory, ['tenant-change-watch'], ['tenant-change-watch']),
  tenants: slice(directory, ['tenant.store', 'tenant.schema', 'tenant-registry'], ['tenant-registry'], {
    io: true,
  }),
  slugs: slice(directory, ['slug.rules'], ['slug.rules']),
  hosts: slice(resolution, ['host.rules', 'host-claims'], ['host.rules']),
  names: slice(resolution, ['request-names'], ['request-names']),
  resolver: slice(
    resolution,
    ['agreement.policy', 'strategies', 'resolution.strategy', 'tenant-resolver.service'],
    ['tenant-resolver.service'],
  ),
  'tenant-guard': slice(resolution, ['tenant.guard', 'resolution-audit'], ['tenant.guard']),
  'tenant-middleware': slice(resolution, ['tenant.middleware'], ['tenant.middleware']),
};
