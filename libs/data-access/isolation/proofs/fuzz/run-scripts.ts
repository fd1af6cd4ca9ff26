import type { IsolationWorld } from '../../testing/isolation.fixture';
import { documentId, tenantHex } from './identities';
import type { FuzzRepository } from './fuzz.repository';
import { endState } from './end-state';
import type { Operation } from './operation';
import { homesOf } from './homes';
import { judge, type Violation } from './outcome';
import { perform } from './perform';
import { Shelf } from './shelf';
import { pick, type Situation, type Step } from './step';
import { STEPS, TRANSACTION } from './steps';
import type { Tally } from './tally';
import { transact } from './transact';

/** Operations of a transaction, at most. */
const LONGEST = 4;

/** One tenant's script, in order, on its own; ends at the first violation, after which the model is worth nothing. */
const runScript = async (
  script: readonly Operation[],
  situationAt: (operation: Operation, at: number) => Situation,
  performed: (step: Step) => void,
): Promise<Violation | null> => {
  for (let at = 0; at < script.length; at += 1) {
    const operation = script[at]!;
    const situation = situationAt(operation, at);
    if (operation.kind === TRANSACTION) {
      const members = script.slice(at + 1, at + 1 + (1 + (operation.dial % LONGEST)));
      const work = members.filter(({ kind }) => kind !== TRANSACTION);
      const commit = operation.change % 3 > 0;
      const violation = await transact(work, { ...situation, at: at + 1 }, commit, performed);
      if (violation !== null) return violation;
      at += members.length;
      continue;
    }
    const step = STEPS[operation.kind]!(operation, situation);
    performed(step);
    const wrong = judge(step, await perform(step, operation, situation), situation.tenant);
    if (wrong !== null) return { ...wrong, tenant: situation.tenant, at, operation };
  }
  return null;
};

/**
 * The scripts of all tenants at once in this process, on an empty collection: each tenant's own in order, the tenants'
 * interleaved as their awaits fall. Then the collection and the audit log are held against the models.
 */
export const runScripts = async (
  scripts: readonly (readonly Operation[])[],
  { world, repository, tally }: { world: IsolationWorld; repository: FuzzRepository; tally: Tally },
): Promise<Violation[]> => {
  for (const home of await homesOf(world, scripts.length)) await home.collection('invoices').deleteMany({});
  world.audit.violations.length = 0;
  const shelves = scripts.map((_, tenant) => new Shelf(tenant));
  const audited = scripts.map(() => 0);

  const situationOf =
    (tenant: number) =>
    ({ neighbour, dial }: Operation, at: number): Situation => {
      const victim = (tenant + 1 + (neighbour % (scripts.length - 1))) % scripts.length;
      const targets = shelves[victim]!.documents('any');
      const theirs = targets.length === 0 ? documentId(victim, at).toString() : pick(targets, dial).id;
      return { world, repository, tenant, victim, shelf: shelves[tenant]!, theirs, at };
    };

  const ended = await Promise.all(
    scripts.map((script, tenant) =>
      runScript(script, situationOf(tenant), (step) => {
        tally.count(step);
        if (step.refused === 'violation' && step.unaudited !== true) audited[tenant]! += 1;
      }),
    ),
  );
  const faults = ended.filter((violation) => violation !== null);
  // A script that ended early has a model that says nothing.
  const whole = shelves.filter(({ tenant }) => ended[tenant] === null);
  if (faults.length === 0) faults.push(...(await endState(world, shelves)));
  for (const { tenant } of whole) {
    const got = world.audit.violations.filter(({ tenantId }) => tenantId === tenantHex(tenant)).length;
    if (got !== audited[tenant]) {
      faults.push({ kind: 'difference', tenant, at: null, method: 'audit', got, wanted: audited[tenant] });
    }
  }
  tally.faults.push(...faults);
  return faults;
};
