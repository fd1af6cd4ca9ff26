import { USAGE_HASH_LUA } from '@financeops/core/redis';

/** Beside the counts: the hash is whole (see `MonthOfUsage`). Its absence tells that the hash, or all of Redis, was lost. */
const WHOLE = 'whole';

/**
 * Adds each addition once, however often it is sent: a reply that got lost doesn't tell whether the script ran. The
 * highest sequence of each writer is kept for a day beside the hash.
 *
 * KEYS: per addition, the prefix of the usage hash and the key of the writer's highest sequence.
 * ARGV: per addition its sequence, age in milliseconds, its Unix second instead (or 0), number of amounts, and each
 * metric and amount.
 */
export const ADD_USAGE_LUA = `
${USAGE_HASH_LUA}
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local at = 1
for i = 1, #KEYS, 2 do
  local sequence, age, second, count =
    tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  at = at + 4
  if second == 0 then second = math.floor((clock - age) / 1000) end
  local new = sequence > tonumber(redis.call('GET', KEYS[i + 1]) or 0)
  for _ = 1, count do
    if new then count_usage(KEYS[i], second, ARGV[at], ARGV[at + 1]) end
    at = at + 2
  end
  if new then redis.call('SET', KEYS[i + 1], sequence, 'EX', 86400) end
end
`;

/** KEYS: the prefix of the usage hash. ARGV: the month, or '' for the present one; the fields. */
export const READ_USAGE_LUA = `
${USAGE_HASH_LUA}
local month = ARGV[1]
if month == '' then month = usage_month(tonumber(redis.call('TIME')[1])) end
return { month, unpack(redis.call('HMGET', KEYS[1] .. month, '${WHOLE}', unpack(ARGV, 2))) }
`;

/** KEYS: the prefix of the usage hash. ARGV: a Unix second of the month; each metric and what it was. */
export const REBUILD_USAGE_LUA = `
${USAGE_HASH_LUA}
local second = tonumber(ARGV[1])
local month, kept = usage_month(second)
local key = KEYS[1] .. month
local metrics, lost = {}, {}
for i = 2, #ARGV, 2 do
  metrics[#metrics + 1] = ARGV[i]
  lost[#lost + 1] = ARGV[i + 1]
end
if kept <= tonumber(redis.call('TIME')[1]) then return lost end
if redis.call('HSETNX', key, '${WHOLE}', 1) == 1 then
  for i, metric in ipairs(metrics) do redis.call('HINCRBY', key, metric, lost[i]) end
  redis.call('EXPIREAT', key, kept)
end
return redis.call('HMGET', key, unpack(metrics))
`;

/** KEYS: the prefix of the usage hash. ARGV: a Unix second of the month, the metric, what was seen, what it is. */
export const ADJUST_USAGE_LUA = `
${USAGE_HASH_LUA}
local month, kept = usage_month(tonumber(ARGV[1]))
local key = KEYS[1] .. month
if kept <= tonumber(redis.call('TIME')[1]) then return 0 end
if tonumber(redis.call('HGET', key, ARGV[2]) or 0) ~= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', key, ARGV[2], ARGV[4])
redis.call('EXPIREAT', key, kept)
return 1
`;
