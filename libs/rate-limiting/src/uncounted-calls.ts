/**
 * Port: takes the `api_calls` of requests that were admitted while Redis was out, and sees to it that they are counted
 * once it is back. Bound by apps to the usage tracker.
 */
export abstract class UncountedCalls {
  abstract add(tenantId: string, metric: 'api_calls', by: number): void;
}
