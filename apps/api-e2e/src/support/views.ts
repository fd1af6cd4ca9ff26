/** The contract's objects, as tests read them. */

export interface Payment {
  id: string;
  tenantId: string;
  reference: string;
  amount: number;
  currency: string;
  status: string;
  method: string;
  gateway: string;
  description: string | null;
  metadata: Record<string, string>;
  amountCaptured: number;
  amountRefunded: number;
  failure: { code: string; message: string } | null;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
}

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

export interface Me {
  principal: { type: string; id: string; email?: string; role?: string; scopes?: string[] };
  tenant: { id: string; slug: string; tier: string; features: string[] } | null;
  resolvedVia: string | null;
}

export interface Usage {
  tenantId: string;
  period: string;
  usage: { apiCalls: number; transactions: number; storageBytes: number; bandwidthBytes: number };
  limits: { maxTransactionsPerMonth: number | null; transactionPercentUsed: number; unlimited?: true };
}

interface AuditResource {
  type: string;
  id: string;
  ownerId: string | null;
}

export interface AuditEvent {
  id: string;
  tenantId: string | null;
  at: string;
  action: string;
  outcome: string;
  actor: { type: string; id: string | null };
  resource: AuditResource | null;
  requestId: string | null;
  details: Record<string, unknown>;
}

/** As much of an OpenAPI document as tests look at. */
export interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

export interface Operation {
  operationId?: string;
  summary?: string;
  responses?: Record<string, unknown>;
  security?: unknown[];
}
