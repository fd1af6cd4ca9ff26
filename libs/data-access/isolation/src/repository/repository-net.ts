import { tenantFilter } from './filter.rules';
import { netsOff } from '../net-switches';
import { protectPipeline } from './pipeline.rules';
import { scrubDocument, scrubUpdate } from './update.rules';

/** The first net: what TenantAwareRepository does to everything that it sends. */
const CHECKS = { tenantFilter, scrubDocument, scrubUpdate, protectPipeline };

export type RepositoryNet = typeof CHECKS;

export const repositoryNet = (): RepositoryNet => netsOff().repository ?? CHECKS;
