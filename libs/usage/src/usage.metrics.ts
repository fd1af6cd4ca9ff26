/**
 * What is metered; the names are the fields of the tenant's usage hash in Redis. `storage_bytes` is a flow like the
 * others: the bytes stored in the month less those freed in it. The level at a time is the sum of the months up to it.
 */
export const USAGE_METRICS = ['api_calls', 'transactions', 'storage_bytes', 'bandwidth_bytes'] as const;

export type UsageMetric = (typeof USAGE_METRICS)[number];

export type UsageCounts = Record<UsageMetric, number>;
