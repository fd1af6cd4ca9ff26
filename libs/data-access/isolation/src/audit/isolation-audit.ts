import type { Net } from './isolation.errors';
import type { Principal } from '@financeops/tenancy/context';

/** An attempt to reach another tenant's data, or an operation that could have. It was refused. */
export interface IsolationViolation {
  /** The tenant that the operation ran for; `null` when it ran for none. */
  tenantId: string | null;
  actor: Principal | null;
  requestId: string | null;
  /** Which net caught it. */
  net: Net;
  collection: string;
  operation: string;
  /** What was wrong, in words; never data. */
  reason: string;
}

/** A super-admin's request reads across tenants. */
export interface BypassOfRequest {
  reason: string;
  actor: Principal | null;
  requestId: string;
  /** Method and path pattern, e.g. `GET /v1/admin/analytics`. */
  route: string;
}

/** The platform itself does, in a job. */
export interface BypassOfJob {
  reason: string;
  /** Its name, e.g. `ownerless-payments`. */
  job: string;
  /** Milliseconds: how long it may. */
  forMs: number;
}

export type IsolationBypass = BypassOfRequest | BypassOfJob;

/** Port: the audit log, as data access sees it. Bound by the app. */
export abstract class IsolationAudit {
  /** Never rejects: the refusal stands whatever happens to its record. */
  abstract violation(event: IsolationViolation): Promise<void>;

  /** Rejects when it can't be stored: then nothing is read. */
  abstract bypass(event: IsolationBypass): Promise<void>;
}
