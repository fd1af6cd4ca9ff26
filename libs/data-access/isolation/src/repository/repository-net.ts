import { tenantFilter } from './filter.rules';
import { protectPipeline } from './pipeline.rules';
import { scrubDocument, scrubUpdate } from './update.rules';

/** The first net: how TenantAwareRepository binds everything it sends to the tenant. */
export const REPOSITORY_NET = { tenantFilter, scrubDocument, scrubUpdate, protectPipeline };

export type RepositoryNet = typeof REPOSITORY_NET;
