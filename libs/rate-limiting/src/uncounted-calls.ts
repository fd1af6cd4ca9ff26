/**
 * Port: takes the `api_calls` of requests that were admitted without Redis counting them (it was out, or the tenant is in
 * a dry run), and sees to it that they are counted once it can. Bound by apps to the usage tracker.
 */
export abstract class UncountedCalls {
  abstract add(tenantId: string, metric: 'api_calls', by: number): void;
}
