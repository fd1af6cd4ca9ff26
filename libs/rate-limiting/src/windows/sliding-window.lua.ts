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
 * A refused request takes nothing, so that asking again and again doesn't put off the next admission.
 *
 * Every redis.call costs as much as all the Lua of a check, so there are few. The common question, one place in one window,
 * takes its place first and gives it back if that was one too many: RPUSH tells the size, and the oldest entry whether any
 * has left. That Redis's clock has not been set back is known of all windows at once, from the latest moment at which any
 * was decided. What questions have in common is sent once, as a kind. Arguments that are known beforehand are strings: of a
 * number Redis would format a double each time.
 *
 * KEYS: that latest moment's; per request, the keys of its windows, then the prefix of its usage hash if it counts as a call.
 * ARGV: number of kinds; per kind its number of windows, 1 if it takes its places, 1 if it counts as a call when admitted,
 * then per window its limit, milliseconds, cost; last, a byte per request: its kind, from '0' on.
 * Reply: Unix milliseconds; then per request 1 or 0; then per window the places taken, milliseconds until the oldest
 * leaves, milliseconds until there is room (0: there is).
 */
export const SLIDING_WINDOW_LUA = `
${USAGE_HASH_LUA}
${WINDOW_LOG_LUA}
local now = stamp(0)
local reply, size = { clock }, 1

-- Drops what has expired at the head, the first entry at least; how many, and the age of what is the oldest then.
local function trim(key, size, late)
  -- The first "gone" entries are expired, entry number "kept" is not: gallop, then halve.
  local gone, kept, oldest = 1, 2, 0
  while kept <= size do
    local age = age_at(key, kept == 2 and '1' or kept - 1)
    if age <= late then
      oldest = age
      break
    end
    gone, kept = kept, kept * 2
  end
  if kept > size then kept = size + 1 end
  while gone + 1 < kept do
    local middle = floor((gone + kept) / 2)
    local age = age_at(key, middle - 1)
    if age > late then gone = middle else kept, oldest = middle, age end
  end
  call('LTRIM', key, gone == 1 and '1' or gone, '-1')
  return gone, oldest
end

local function open(key, window)
  local log = { key = key, size = call('LLEN', key), ahead = 0, oldest = false, renew = true }
  if log.size > 0 then
    local newest = age_at(key, '-1')
    if newest > window then
      call('DEL', key)
      log.size = 0
    elseif newest < -window then
      call('DEL', key)
      push(key, times(now, log.size))
      keep(key, window, 0)
      log.oldest = 0
    else
      if newest < 0 then log.ahead = -newest end
      local before = age_at(key, '0')
      log.oldest = before
      if before + log.ahead > window then
        local gone, oldest = trim(key, log.size, window - log.ahead)
        log.size, log.oldest = log.size - gone, oldest
      end
      log.renew = newest < 0 or is_other_quarter(window, before, log.oldest)
    end
  end
  return log
end

-- Any question, decided before anything is written.
local function decide(kind, key_at)
  local admitted, logs, waits = 1, {}, {}
  for i = 1, kind.count do
    local spec, key = kind[i], KEYS[key_at + i - 1]
    local log = open(key, spec.window)
    local over, wait = log.size + spec.cost - spec.limit, 0
    if over > 0 then
      admitted = 0
      wait = over <= log.size and spec.window - age_at(key, over - 1) + 1 or spec.window
    end
    logs[i], waits[i] = log, wait
  end
  size = size + 1
  reply[size] = admitted
  for i = 1, kind.count do
    local spec, log = kind[i], logs[i]
    if admitted == 1 and kind.takes then
      log.size = log.size + spec.cost
      log.oldest = log.oldest or -log.ahead
      push(log.key, times(stamp(-log.ahead), spec.cost))
      if log.renew then keep(log.key, spec.window, log.oldest) end
    end
    reply[size + 1] = log.size
    reply[size + 2] = log.oldest and spec.window - log.oldest or 0
    reply[size + 3] = waits[i]
    size = size + 3
  end
  return admitted
end

-- One place in one window.
local function take(kind, key_at)
  local key, spec = KEYS[key_at], kind[1]
  local window, limit = spec.window, spec.limit
  local taken, oldest = call('RPUSH', key, now), 0
  if taken > 1 then
    oldest = age_at(key, '0')
    if oldest > window then
      local before, gone = oldest
      gone, oldest = trim(key, taken, window)
      taken = taken - gone
      if is_other_quarter(window, before, oldest) then keep(key, window, oldest) end
    end
  elseif limit > 0 then
    keep(key, window, 0)
  end
  local admitted, wait = 1, 0
  if taken > limit then
    call('RPOP', key)
    taken = taken - 1
    admitted, wait = 0, limit < 1 and window or window - age_at(key, taken - limit) + 1
  end
  reply[size + 1], reply[size + 2] = admitted, taken
  reply[size + 3], reply[size + 4] = taken > 0 and window - oldest or 0, wait
  size = size + 4
  return admitted
end

local latest = tonumber(call('GET', KEYS[1]) or 0)
local is_set_back = clock < latest
if clock > latest then call('SET', KEYS[1], clock) end

local kinds, arg_at = {}, 2
for k = 1, tonumber(ARGV[1]) do
  local kind = { count = tonumber(ARGV[arg_at]), takes = ARGV[arg_at + 1] == '1', counts = ARGV[arg_at + 2] == '1' }
  arg_at = arg_at + 3
  for i = 1, kind.count do
    kind[i] = {
      limit = tonumber(ARGV[arg_at]),
      window = tonumber(ARGV[arg_at + 1]),
      cost = tonumber(ARGV[arg_at + 2]),
    }
    arg_at = arg_at + 3
  end
  kind.decide = not is_set_back and kind.count == 1 and kind.takes and kind[1].cost == 1 and take or decide
  kinds[k] = kind
end

local asked, key_at = ARGV[arg_at], 2
for i = 1, #asked do
  local kind = kinds[asked:byte(i) - 47]
  local admitted = kind.decide(kind, key_at)
  key_at = key_at + kind.count
  if kind.counts then
    if admitted == 1 then count_usage(KEYS[key_at], seconds, 'api_calls', '1') end
    key_at = key_at + 1
  end
end
return reply
`;
