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
  'bson-guards': slice(isolation, ['bson/bson-guards'], ['bson/bson-guards']),
  filters: slice(isolation, ['repository/filter.rules'], ['repository/filter.rules']),
  updates: slice(isolation, ['repository/update.rules'], ['repository/update.rules']),
  pipelines: slice(
    isolation,
    ['repository/pipeline.rules', 'repository/pipeline-stages', 'repository/search-stage.rules'],
    ['repository/pipeline.rules'],
  ),
  'bound-operations': slice(
    isolation,
    ['bound-operation/bound-operation.rules'],
    ['bound-operation/bound-operation.rules'],
  ),
  'wire-commands': slice(
    isolation,
    ['wire-probe/wire-command.rules', 'wire-probe/wire-sources.rules'],
    ['wire-probe/wire-command.rules'],
  ),
  schemas: slice(
    isolation,
    [
      'schema/schema-check.rules',
      'schema/tenant-schema',
      'document/tenant-schema-facts',
      'document/base-tenant.document',
    ],
    ['schema/schema-check.rules'],
  ),
  entities: slice(isolation, ['repository/entity-reader'], ['repository/entity-reader']),
  'collection-guard': slice(
    isolation,
    ['collection-guard/collection-guard', 'collection-guard/snapshot-arguments'],
    ['collection-guard/collection-guard'],
  ),
  'snapshot-cursor': slice(
    isolation,
    ['collection-guard/snapshot-cursor'],
    ['schema/tenant-isolation.plugin'],
    {
      io: true,
      units: ['collection-guard/collection-guard'],
    },
  ),
  'cursor-owners': slice(isolation, ['operation-scope/cursor-owners'], ['operation-scope/cursor-owners']),
  'known-stages': slice(
    isolation,
    ['bound-operation/known-stages.rules'],
    ['bound-operation/known-stages.rules'],
  ),
  'collection-kinds': slice(isolation, ['placement/collection-kinds'], ['placement/collection-kinds']),
  'collection-rules': slice(
    isolation,
    ['collection-guard/tenant-collection.rules'],
    ['collection-guard/tenant-collection.rules'],
  ),
  'schema-plugin': slice(isolation, ['schema/tenant-isolation.plugin'], ['schema/tenant-isolation.plugin']),
  'append-only': slice(isolation, ['schema/append-only.plugin'], ['schema/append-only.plugin']),
  'wire-probe': slice(
    isolation,
    ['wire-probe/wire-probe', 'audit/violations', 'operation-scope/operation-scope'],
    ['wire-probe/wire-probe'],
  ),
  bypass: slice(
    isolation,
    [...['bypass/*'], ...['audit/isolation-alarm', 'audit/isolation.errors']],
    ['bypass/bypass'],
  ),
  boot: slice(
    isolation,
    ['boot/isolation-boot.service', 'placement/collection-builder', 'boot/model-holders'],
    ['boot/isolation-boot.service', 'placement/collection-builder', 'boot/model-holders'],
  ),
  repository: slice(
    isolation,
    [
      'repository/tenant-{aware.repository,reads,binder}',
      'repository/scoped-executor',
      'repository/bulk-operations',
    ],
    [
      ...[
        'repository/tenant-aware.repository',
        'repository/tenant-aware.repository-surface',
        'repository/stored-bytes',
      ],
      'placement/repository-on-dedicated',
    ],
    { io: true },
  ),
  'stored-bytes': slice(isolation, ['repository/stored-bytes'], ['repository/stored-bytes'], { io: true }),
  connections: slice(
    isolation,
    ['placement/tenant-connection-manager'],
    ['placement/tenant-connection-manager'],
    { io: true },
  ),
  'dedicated-connections': slice(
    isolation,
    ['placement/dedicated-connections', 'placement/tenant-models', 'placement/begun-too-early'],
    ['placement/dedicated-connections'],
  ),
  placement: slice(isolation, ['placement/placement.rules'], ['placement/placement.rules']),
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
