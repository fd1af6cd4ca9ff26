import { Bypass, withBypass } from '../../src/bypass/bypass';
import { documentCase } from './documents';
import { filterCase } from './filters';
import { fuzzTenant, isDedicated, tenantHex } from './identities';
import { stageCase } from './stages';
import type { StepMaker } from './step';

const idOf = (holder: Record<string, unknown> | undefined): string => String(holder?.['tenantId']);

const injectTenantFilter: StepMaker = (operation, situation) => {
  const { filter, refused } = filterCase(operation, situation);
  return {
    method: 'injectTenantFilter',
    ask: async () => idOf(situation.repository.filterOf(filter)),
    refused,
    settle: (bound: string) => [bound, tenantHex(situation.tenant)],
    unaudited: true,
  };
};

const injectTenantId: StepMaker = (operation, situation) => {
  const { document, refused } = documentCase(operation.reference, operation, situation);
  return {
    method: 'injectTenantId',
    ask: async () => idOf(situation.repository.documentOf(document)),
    refused,
    settle: (bound: string) => [bound, tenantHex(situation.tenant)],
    unaudited: true,
  };
};

/** The stage that every pipeline begins with, or has its first one followed by. */
const protectAggregatePipeline: StepMaker = (operation, situation) => {
  const { pipeline, refused } = stageCase(operation, situation);
  return {
    method: 'protectAggregatePipeline',
    ask: async () => {
      const bound: Record<string, Record<string, unknown>>[] = situation.repository.protect(
        pipeline as never,
      ) as never;
      return bound.slice(0, 2).map(({ $match }) => idOf($match));
    },
    refused: refused === 'engine' ? undefined : refused,
    settle: (bound: string[]) => [bound.includes(tenantHex(situation.tenant)), true],
    unaudited: true,
  };
};

/** Without leave, with leave that has ended, and with leave: then every tenant's count is there, the own one too. */
const crossTenantAggregate: StepMaker = ({ dial }, { repository, shelf, tenant }) => {
  const bypass = new Bypass('The fuzz reads across tenants.');
  const method = 'crossTenantAggregate';
  if (dial % 3 === 0)
    return { method, ask: () => repository.totals(), refused: 'bypass', settle: () => [0, 0] };
  if (dial % 3 === 1) bypass.end();
  return {
    method,
    ask: () => withBypass(bypass, () => repository.totals()).finally(() => bypass.end()),
    refused: dial % 3 === 1 ? 'bypass' : undefined,
    settle: (totals: { _id: unknown; count: number }[]) => [
      totals.find(({ _id }) => String(_id) === tenantHex(tenant))?.count ?? 0,
      isDedicated(tenant) ? 0 : shelf.documents('live').length,
    ],
    crossesTenants: true,
  };
};

/** The same for one tenant: nobody's without leave, and with it the one that was named. */
const dedicatedAggregate: StepMaker = ({ dial }, { repository, shelf, tenant, victim }) => {
  const bypass = new Bypass('The fuzz looks at one tenant.');
  const method = 'dedicatedAggregate';
  if (dial % 3 === 0) {
    const ask = () => repository.totalsOf(fuzzTenant(victim));
    return { method, ask, refused: 'bypass', settle: () => [0, 0] };
  }
  if (dial % 3 === 1) bypass.end();
  return {
    method,
    ask: () => withBypass(bypass, () => repository.totalsOf(fuzzTenant(tenant))).finally(() => bypass.end()),
    refused: dial % 3 === 1 ? 'bypass' : undefined,
    settle: ([total]: { count: number }[]) => [total?.count ?? 0, shelf.documents('live').length],
    looksPastTransactions: true,
  };
};

export const PROTECTED = {
  injectTenantFilter,
  injectTenantId,
  protectAggregatePipeline,
  crossTenantAggregate,
  dedicatedAggregate,
};
