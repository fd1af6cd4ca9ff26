/**
 * Port: receives changes in the size of tenants' documents, after the commit when there is a transaction. Apps bind it to
 * the usage tracker; a process that tracks no usage binds none.
 */
export abstract class StorageMeter {
  /** `bytes` of BSON, negative when freed. Never waits and never throws. */
  abstract add(tenantId: string, metric: 'storage_bytes', bytes: number): void;
}
