import { createRequire } from 'node:module';
import path from 'node:path';
import mongoose from 'mongoose';
import { DIST } from '../environment/paths';

/**
 * Preloaded into the API's process (`--require`) that is measured without the isolation's nets. What it does instead is
 * what careful people write by hand: the tenant beside the filter, in the document, in front of the pipeline.
 *
 * The library doesn't export its switches, so that no app can import them: they are loaded from where they are compiled.
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
interface Switches {
  switchNetsOff(nets: { repository: RepositoryNet; schema: true; wire: true }): void;
}

const load = createRequire(__filename);
const compiled = (file: string): unknown => load(path.join(DIST, 'libs/data-access/isolation', file));

const { switchNetsOff } = compiled('src/net-switches.js') as Switches;
const { UNBOUND_REPOSITORY: unbound } = compiled('proofs/corpus/unbound-repository.js') as {
  UNBOUND_REPOSITORY: RepositoryNet;
};

const lifetimes: Record<Lifetime, () => Plain> = {
  live: () => ({ deletedAt: null }),
  deleted: () => ({ deletedAt: mongoose.trusted({ $ne: null }) }),
  any: () => ({}),
};

switchNetsOff({
  repository: {
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
  },
  schema: true,
  wire: true,
});

// Nobody looks at the commands either: the driver's connections are its own, and the probe isn't begun (it would refuse).
const { WireProbe } = compiled('src/wire-probe/wire-probe.js') as {
  WireProbe: { prototype: { onModuleInit(): void } };
};
WireProbe.prototype.onModuleInit = () => undefined;
type OpenUri = (uri: string, options?: Plain) => unknown;
const prototype = mongoose.Connection.prototype as unknown as { openUri: OpenUri };
const { openUri } = prototype;
prototype.openUri = function openUnwatched(this: unknown, uri, options) {
  return openUri.call(this, uri, { ...options, connectionType: undefined });
};
