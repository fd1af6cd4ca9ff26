/**
 * Port: is told what tenants' documents come to take up, once it stands (after the commit, inside a transaction). Bound by
 * apps to the usage tracker; a process that keeps no usage binds none.
 */
export abstract class StorageMeter {
  /** `bytes` of BSON, negative when freed. Never waits and never throws. */
  abstract add(tenantId: string, metric: 'storage_bytes', bytes: number): void;
}
