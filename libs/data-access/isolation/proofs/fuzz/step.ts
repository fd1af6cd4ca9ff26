import type { IsolationWorld } from '../../testing/isolation.fixture';
import type { FuzzRepository } from './fuzz.repository';
import type { Operation } from './operation';
import type { Shelf } from './shelf';

/**
 * Why an operation must end in an error:
 * - violation: the repository sees another tenant named
 * - unsupported: the repository doesn't offer it
 * - net: it went around the repository, and the schema's net stops it
 * - bypass: it reads across tenants without leave
 * - duplicate: a unique index refuses it
 * - engine: the database at hand doesn't offer it
 */
export type Refusal = 'violation' | 'unsupported' | 'net' | 'bypass' | 'duplicate' | 'engine';

/** What came back, and what must have. */
export type Comparison = readonly [got: unknown, wanted: unknown];

/** One call of the repository, and what the model makes of it. */
export interface Step {
  /** Whose call it is, as it is counted. */
  method: string;
  /** Of an aggregate, the stage that it is about. */
  stage?: string;
  /** Calls the repository, in the tenant's context. A function that comes back is run in another's. */
  ask(): Promise<unknown> | (() => Promise<unknown>);
  refused?: Refusal;
  /** Holds the result against the model, and moves the model on. Not called when it is refused. */
  settle(result: never): Comparison;
  /** What a refused operation has done nevertheless (a bulk write's part before the duplicate key). */
  done?(): void;
  /** Only where reading other tenants is declared. */
  crossesTenants?: true;
  /** It looks past a transaction of the caller's. */
  looksPastTransactions?: true;
  /** A refusal is the caller's to report: it called a rule, not an operation. */
  unaudited?: true;
}

/** What steps are made from. */
export interface Situation {
  world: IsolationWorld;
  repository: FuzzRepository;
  tenant: number;
  /** The tenant that is attacked. */
  victim: number;
  shelf: Shelf;
  /** Id of a document that the victim has, or could have had. */
  theirs: string;
  /** Place of the operation in the tenant's script. */
  at: number;
}

export type StepMaker = (operation: Operation, situation: Situation) => Step;

/** An unchecked argument, as plain JavaScript would pass it. */
export const hostile = <T>(value: object): T => value as unknown as T;

export const pick = <T>(options: readonly T[], dial: number): T => options[dial % options.length]!;
