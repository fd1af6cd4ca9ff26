import type { Redis } from 'ioredis';
import { LuaScript, tenantKey, USAGE_HASH_LUA, usageKeyPrefix } from '@financeops/core/redis';
import { USAGE_METRICS, type UsageCounts, type UsageMetric } from './usage.metrics';

/** What a process has to add to one tenant's hash. */
export interface Addition {
  tenantId: string;
  /** Rises with every addition of this process; an addition sent again keeps its number. */
  sequence: number;
  amounts: ReadonlyMap<UsageMetric, number>;
  /** Milliseconds since it was measured: it belongs to the month of that time, on Redis's clock. */
  ageMs: number;
}

/**
 * Adds each addition once, however often it is sent: a reply that got lost doesn't tell whether the script ran. The
 * highest sequence of each writer is kept for a day beside the hash.
 *
 * KEYS: per addition, the prefix of the usage hash and the key of the writer's highest sequence.
 * ARGV: per addition its sequence, age in milliseconds, number of amounts, and each metric and amount.
 */
const ADD = new LuaScript(`
${USAGE_HASH_LUA}
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local at = 1
for i = 1, #KEYS, 2 do
  local sequence, age, count = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  at = at + 3
  local new = sequence > tonumber(redis.call('GET', KEYS[i + 1]) or 0)
  for _ = 1, count do
    if new then count_usage(KEYS[i], math.floor((clock - age) / 1000), ARGV[at], ARGV[at + 1]) end
    at = at + 2
  end
  if new then redis.call('SET', KEYS[i + 1], sequence, 'EX', 86400) end
end
`);

/** KEYS: the prefix of the usage hash. ARGV: the month, or '' for the present one; the fields. */
const READ = new LuaScript(`
${USAGE_HASH_LUA}
local month = ARGV[1]
if month == '' then month = usage_month(tonumber(redis.call('TIME')[1])) end
return { month, unpack(redis.call('HMGET', KEYS[1] .. month, unpack(ARGV, 2))) }
`);

/** Milliseconds: longer than for requests that go on without Redis, since nothing here can. */
const PATIENCE_MS = 500;

/** The usage hashes of all tenants, in Redis. */
export class UsageHashes {
  constructor(private readonly redis: Redis) {}

  /** `writer` names the process. All additions must be of one tenant when Redis is a cluster. */
  async add(writer: string, additions: readonly Addition[]): Promise<void> {
    const keys: string[] = [];
    const args: (string | number)[] = [];
    for (const { tenantId, sequence, ageMs, amounts } of additions) {
      keys.push(usageKeyPrefix(tenantId), tenantKey('usage_writer', tenantId, writer));
      args.push(sequence, ageMs, amounts.size);
      for (const [metric, amount] of amounts) args.push(metric, amount);
    }
    await ADD.run(this.redis, keys, args, PATIENCE_MS);
  }

  /** `period`: `YYYY-MM`, by default the present month on Redis's clock. What was never counted is 0. */
  async read(tenantId: string, period = ''): Promise<{ period: string; counts: UsageCounts }> {
    const reply = (await READ.run(this.redis, [usageKeyPrefix(tenantId)], [period, ...USAGE_METRICS])) as (
      string | null
    )[];
    const [month, ...values] = reply;
    const counts = Object.fromEntries(
      USAGE_METRICS.map((metric, index) => [metric, Number(values[index] ?? 0)]),
    ) as UsageCounts;
    return { period: month!, counts };
  }
}
