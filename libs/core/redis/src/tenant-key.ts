/**
 * The one way to name a tenant's key in Redis: `<area>:{<tenantId>}:<rest>`. The braces are Redis Cluster's hash tag,
 * so that all keys of a tenant lie in one slot and a script may touch several of them.
 */
export const tenantKey = (area: string, tenantId: string, ...rest: string[]): string =>
  [area, `{${tenantId}}`, ...rest].join(':');
