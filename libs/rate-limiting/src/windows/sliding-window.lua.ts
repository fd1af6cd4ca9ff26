import { USAGE_HASH_LUA } from '@financeops/core/redis';
import { WINDOW_LOG_LUA } from './window-log.lua';

/**
 * Decides a batch of requests, in order, on Redis's clock. A window is an exact log (see
 * `window-log.lua.ts`) of at most `limit` entries, trimmed from the head.
 *
 * Exact in spite of whole milliseconds: an entry counts until its age is *more* than the window. Admissions at real
 * times t1 <= t2 with t2 - t1 < window have stamps at most `window` apart, so both are counted together.
 *
 * Redis's clock set back: time stands still at the newest stamp until the clock has caught up, so nothing leaves early.
 * Set back by more than a window, all entries are taken for new, so that nobody is refused for longer than a window.
 *
 * Decisions are made on what was read; what they take is written at the end, one RPUSH per key for the whole batch. A
 * refused request takes nothing, so that asking again and again doesn't put off the next admission.
 *
 * KEYS: per request, the keys of its windows, then the prefix of its usage hash if it counts as a call.
 * ARGV: per request, number of windows, 1 if it takes its places, calls to count if admitted; then per window its
 * limit, milliseconds, cost.
 * Reply: Unix milliseconds; then per request 1 or 0; then per window the places taken, milliseconds until the oldest
 * leaves, milliseconds until there is room (0: there is).
 */
export const SLIDING_WINDOW_LUA = `
${USAGE_HASH_LUA}
${WINDOW_LOG_LUA}
local logs, order = {}, {}
local calls = {}

local function trim(log, window)
  local key, size = log.key, log.size
  local function expired(position) return age_at(key, position - 1) + log.ahead > window end
  if not expired(1) then return end
  -- The first "gone" entries are expired, entry number "kept" is not: gallop, then halve.
  local gone, kept = 1, 2
  while kept <= size and expired(kept) do gone, kept = kept, kept * 2 end
  kept = math.min(kept, size + 1)
  while gone + 1 < kept do
    local middle = math.floor((gone + kept) / 2)
    if expired(middle) then gone = middle else kept = middle end
  end
  redis.call('LTRIM', key, gone, -1)
  log.size = size - gone
end

local function open(key, window)
  local log = { key = key, window = window, size = redis.call('LLEN', key), added = 0, ahead = 0 }
  if log.size > 0 then
    local newest = age_at(key, -1)
    if newest > window then
      redis.call('DEL', key)
      log.size = 0
    elseif newest < -window then
      redis.call('DEL', key)
      push(key, times(stamp(0), log.size), window + 1000)
    else
      log.ahead = math.max(0, -newest)
      trim(log, window)
    end
  end
  log.stored = log.size
  if log.size > 0 then log.oldest = age_at(key, 0) end
  logs[key] = log
  order[#order + 1] = log
  return log
end

-- Milliseconds until entry number "position" has left; those of this batch are not in the list yet.
local function leaves_in(log, position)
  local age = position <= log.stored and age_at(log.key, position - 1) or -log.ahead
  return log.window - age + 1
end

local reply = { clock }
local key_at, arg_at = 1, 1
while arg_at <= #ARGV do
  local count, takes, counted = tonumber(ARGV[arg_at]), ARGV[arg_at + 1] == '1', tonumber(ARGV[arg_at + 2])
  arg_at = arg_at + 3
  local admitted, asked = 1, {}
  for i = 1, count do
    local limit, window, cost = tonumber(ARGV[arg_at]), tonumber(ARGV[arg_at + 1]), tonumber(ARGV[arg_at + 2])
    local log = logs[KEYS[key_at]] or open(KEYS[key_at], window)
    local over, wait = log.size + cost - limit, 0
    if over > 0 then
      admitted = 0
      wait = over <= log.size and leaves_in(log, over) or window
    end
    asked[i] = { log = log, cost = cost, wait = wait }
    key_at, arg_at = key_at + 1, arg_at + 3
  end
  reply[#reply + 1] = admitted
  for i = 1, count do
    local log = asked[i].log
    if admitted == 1 and takes then
      log.size = log.size + asked[i].cost
      log.added = log.added + asked[i].cost
      log.oldest = log.oldest or -log.ahead
    end
    reply[#reply + 1] = log.size
    reply[#reply + 1] = log.oldest and log.window - log.oldest or 0
    reply[#reply + 1] = asked[i].wait
  end
  if counted > 0 then
    local prefix = KEYS[key_at]
    if admitted == 1 then calls[prefix] = (calls[prefix] or 0) + counted end
    key_at = key_at + 1
  end
end

for i = 1, #order do
  local log = order[i]
  if log.added > 0 then
    push(log.key, times(stamp(-log.ahead), log.added), log.window + log.ahead + 1000)
  end
end
for prefix, by in pairs(calls) do
  count_usage(prefix, seconds, 'api_calls', by)
end
return reply
`;
