import { Injectable, Optional } from '@nestjs/common';
import { TenantContextService } from '@financeops/tenancy/context';
import { IsolationAudit } from '../audit/isolation-audit';
import { TenantConnectionManager } from '../placement/tenant-connection-manager';
import { REPOSITORY_NET, type RepositoryNet } from './repository-net';
import { StorageMeter } from './storage-meter';

/** What every tenant-aware repository needs, in one injectable. */
@Injectable()
export class TenantIsolation {
  /** The proofs override it to try the other nets without this one. */
  readonly net: RepositoryNet = REPOSITORY_NET;

  constructor(
    readonly contexts: TenantContextService,
    readonly audit: IsolationAudit,
    @Optional() readonly storage?: StorageMeter,
    @Optional() readonly connections?: TenantConnectionManager,
  ) {}
}
