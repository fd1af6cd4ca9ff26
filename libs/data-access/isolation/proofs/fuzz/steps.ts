import { TenantAwareRepository } from '../../src/repository/tenant-aware.repository';
import { TenantBinder } from '../../src/repository/tenant-binder';
import { TenantReads } from '../../src/repository/tenant-reads';
import { aggregate } from './aggregates';
import { bulkWrite } from './bulk';
import { DETOUR_STEPS } from './detours';
import { PROTECTED } from './protected';
import { READS } from './reads';
import type { StepMaker } from './step';
import { WRITES } from './writes';

/** By method of the repository; the rest goes around it. */
export const STEPS: Readonly<Record<string, StepMaker>> = {
  ...READS,
  ...WRITES,
  bulkWrite,
  aggregate,
  ...PROTECTED,
  ...DETOUR_STEPS,
};

/** Runs the operations that follow it, all or none. */
export const TRANSACTION = 'transaction';

/** What a script draws from: the more often it stands here, the more often it comes. */
export const KINDS: readonly string[] = [
  ...Object.keys(STEPS),
  ...['create', 'create', 'createMany', 'createMany', 'updateOne', 'updateMany', 'bulkWrite', 'restore'],
  ...['aggregate', 'aggregate', 'aggregate', 'aggregate'],
  TRANSACTION,
];

/** Methods of the repository's classes, however protected, that the fuzz doesn't call. */
export const unknownMethods = (): string[] =>
  [TenantAwareRepository, TenantReads, TenantBinder]
    .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
    .filter((name) => name !== 'constructor' && !Object.hasOwn(STEPS, name));
