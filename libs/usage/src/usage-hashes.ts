import { LuaScript, usageKeyPrefix, tenantKey, type RedisConnection } from '@financeops/core/redis';
import { ADD_USAGE_LUA, ADJUST_USAGE_LUA, READ_USAGE_LUA, REBUILD_USAGE_LUA } from './usage-hashes.lua';
import { USAGE_METRICS, type UsageCounts, type UsageMetric } from './usage.metrics';
import { monthStart } from './usage.rules';

/** What a process has to add to one tenant's hash. */
export interface Addition {
  tenantId: string;
  /** Rises with every addition of this process; an addition sent again keeps its number. */
  sequence: number;
  amounts: ReadonlyMap<UsageMetric, number>;
  /** When it was measured: its month is the one that counts. */
  measured:
    { /** Milliseconds ago, on Redis's clock. */ ageMs: number } | { /** Unix milliseconds. */ at: number };
}

export interface MonthOfUsage {
  /** `YYYY-MM`, UTC. */
  period: string;
  /** What was never counted is 0. */
  counts: UsageCounts;
  /** The hash holds all that was counted: it was made, or rebuilt, with what MongoDB knew. */
  whole: boolean;
}

/** Milliseconds: longer than for requests that go on without Redis, since nothing here can. */
const PATIENCE_MS = 500;

const toCounts = (values: readonly (string | null)[]): UsageCounts =>
  Object.fromEntries(
    USAGE_METRICS.map((metric, index) => [metric, Number(values[index] ?? 0)]),
  ) as UsageCounts;

const seconds = (period: string): number => monthStart(period).getTime() / 1_000;

/** The usage hashes of all tenants, in Redis. */
export class UsageHashes {
  private readonly scripts;

  /** `adapt`: for tests that set the clock. */
  constructor(
    private readonly redis: RedisConnection,
    adapt = (source: string): string => source,
  ) {
    this.scripts = {
      add: new LuaScript(adapt(ADD_USAGE_LUA)),
      read: new LuaScript(adapt(READ_USAGE_LUA)),
      rebuild: new LuaScript(adapt(REBUILD_USAGE_LUA)),
      adjust: new LuaScript(adapt(ADJUST_USAGE_LUA)),
    };
  }

  /** `writer` names the process. All additions must be of one tenant when Redis is a cluster. */
  async add(writer: string, additions: readonly Addition[]): Promise<void> {
    const keys: string[] = [];
    const args: (string | number)[] = [];
    for (const { tenantId, sequence, measured, amounts } of additions) {
      keys.push(usageKeyPrefix(tenantId), tenantKey('usage_writer', tenantId, writer));
      const [ageMs, at] = 'at' in measured ? [0, Math.floor(measured.at / 1_000)] : [measured.ageMs, 0];
      args.push(sequence, ageMs, at, amounts.size);
      for (const [metric, amount] of amounts) args.push(metric, amount);
    }
    await this.scripts.add.run(this.redis, keys, args, PATIENCE_MS);
  }

  /** `period`: `YYYY-MM`, by default the present month on Redis's clock. */
  async read(tenantId: string, period = ''): Promise<MonthOfUsage> {
    const [month, whole, ...values] = (await this.scripts.read.run(
      this.redis,
      [usageKeyPrefix(tenantId)],
      [period, ...USAGE_METRICS],
      PATIENCE_MS,
    )) as (string | null)[];
    return { period: month!, counts: toCounts(values), whole: whole !== null };
  }

  /**
   * Adds what a lost hash has held to what was counted since, once, whoever else does the same; gives the sums. A month
   * whose time is over isn't brought back: `base` is all there is.
   */
  async rebuild(tenantId: string, period: string, base: UsageCounts): Promise<UsageCounts> {
    const args = USAGE_METRICS.flatMap((metric) => [metric, base[metric]]);
    const reply = await this.scripts.rebuild.run(
      this.redis,
      [usageKeyPrefix(tenantId)],
      [seconds(period), ...args],
      PATIENCE_MS,
    );
    return toCounts(reply as (string | null)[]);
  }

  /** Sets a count from `seen` to `actual`; `false`: it is no longer what was seen, and unchanged. */
  async adjust(
    tenantId: string,
    period: string,
    metric: UsageMetric,
    { seen, actual }: { seen: number; actual: number },
  ): Promise<boolean> {
    const reply = await this.scripts.adjust.run(
      this.redis,
      [usageKeyPrefix(tenantId)],
      [seconds(period), metric, seen, actual],
      PATIENCE_MS,
    );
    return reply === 1;
  }
}
