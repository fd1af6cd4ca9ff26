import { Injectable, Optional } from '@nestjs/common';
import { TenantContextService } from '@financeops/tenancy/context';
import { IsolationAudit } from '../audit/isolation-audit';
import { TenantConnectionManager } from '../placement/tenant-connection-manager';
import { StorageMeter } from './storage-meter';

/** What every tenant-aware repository needs, in one injectable. */
@Injectable()
export class TenantIsolation {
  constructor(
    readonly contexts: TenantContextService,
    readonly audit: IsolationAudit,
    @Optional() readonly storage?: StorageMeter,
    @Optional() readonly connections?: TenantConnectionManager,
  ) {}
}
