/** What is metered; the names are the fields of the tenant's usage hash in Redis. */
export const USAGE_METRICS = ['api_calls', 'transactions', 'storage_bytes', 'bandwidth_bytes'] as const;

export type UsageMetric = (typeof USAGE_METRICS)[number];

export type UsageCounts = Record<UsageMetric, number>;
