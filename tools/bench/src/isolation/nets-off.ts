import { createRequire } from 'node:module';
import path from 'node:path';
import mongoose from 'mongoose';
import { DIST } from '../environment/paths';

/**
 * Preloaded into the API's process (`--require`) that is measured without the isolation's nets. What it does instead is
 * what careful people write by hand: the tenant beside the filter, in the document, in front of the pipeline.
 *
 * The library has no switch for its nets: this replaces its compiled modules before the application loads them.
 */
type Plain = Record<string, unknown>;
type Lifetime = 'live' | 'deleted' | 'any';
interface RepositoryNet {
  tenantFilter(filter: unknown, tenantId: unknown, lifetime?: Lifetime): Plain;
  scrubDocument(document: unknown, tenantId: unknown): Plain;
  scrubUpdate(update: unknown): Plain;
  protectPipeline(
    pipeline: readonly unknown[],
    scope: { tenantId: unknown; includeDeleted: boolean },
  ): Plain[];
}

const load = createRequire(__filename);
const fileOf = (file: string): string => path.join(DIST, 'libs/data-access/isolation', file);

/** Gives a compiled module other exports, for everything that loads it later. */
const replace = (file: string, exports: Plain): void => {
  const original = load(fileOf(file)) as Plain;
  const cached = load.cache[fileOf(file)];
  if (cached === undefined) throw new Error(`${file} was not loaded.`);
  cached.exports = { ...original, ...exports };
};

const { UNBOUND_REPOSITORY: unbound } = load(fileOf('proofs/corpus/unbound-repository.js')) as {
  UNBOUND_REPOSITORY: RepositoryNet;
};

const lifetimes: Record<Lifetime, () => Plain> = {
  live: () => ({ deletedAt: null }),
  deleted: () => ({ deletedAt: mongoose.trusted({ $ne: null }) }),
  any: () => ({}),
};

const net: RepositoryNet = {
  ...unbound,
  tenantFilter: (filter, tenantId, lifetime = 'live') => ({
    ...unbound.tenantFilter(filter, tenantId, lifetime),
    tenantId,
    ...lifetimes[lifetime](),
  }),
  scrubDocument: (document, tenantId) => ({ ...(document as Plain), tenantId }),
  protectPipeline: (pipeline, { tenantId, includeDeleted }) => [
    {
      $match: {
        ...(tenantId === null ? {} : { tenantId }),
        ...(includeDeleted ? {} : { deletedAt: null }),
      },
    },
    ...(pipeline as Plain[]),
  ],
};

replace('src/repository/repository-net.js', { REPOSITORY_NET: net });
replace('src/operation-scope/operation-scope.js', {
  withinScope: (_scope: unknown, operation: () => unknown) => operation(),
});
replace('src/collection-guard/collection-guard.js', {
  guardCollection: () => undefined,
  isGuarded: () => true,
});

// The commands aren't checked either: the driver's connections are its own, and the probe isn't started (it would refuse).
const { WireProbe } = load(fileOf('src/wire-probe/wire-probe.js')) as {
  WireProbe: { prototype: { onModuleInit(): void } };
};
WireProbe.prototype.onModuleInit = () => undefined;
type OpenUri = (uri: string, options?: Plain) => unknown;
const prototype = mongoose.Connection.prototype as unknown as { openUri: OpenUri };
const { openUri } = prototype;
prototype.openUri = function openUnwatched(this: unknown, uri, options) {
  return openUri.call(this, uri, { ...options, connectionType: undefined });
};
