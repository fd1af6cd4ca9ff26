/**
 * The log of a window: a LIST of stamps, oldest first. Lua that reads and writes it, for the scripts that do.
 *
 * A stamp is the millisecond of admission modulo 2^24, written as a signed number: Redis keeps those in 5 bytes, any
 * longer form costs 7 or more. 2^24 ms are 4.6 hours, half of them past; a log never reaches back over two windows and a
 * quarter, when its key expires, so with windows of an hour at most the age of a stamp is never in doubt.
 *
 * An entry may come until the oldest is a window old, and must be kept for a window then: the key lives for two windows after
 * its oldest entry. It gets a quarter more, so that its expiry is set only when the oldest lies in another quarter of a window
 * than the one before.
 *
 * - `clock`, `seconds`: Redis's time in milliseconds and seconds
 * - `age_at(key, index)`: of an entry, in milliseconds; negative when the clock has been set back since
 * - `stamp(age)`
 * - `push(key, stamps)`: appends
 * - `keep(key, window, oldest)`: sets the key's expiry; `oldest`: age of its oldest entry
 * - `is_other_quarter(window, before, oldest)`: whether it must be set, now that the oldest is another one
 */
export const WINDOW_LOG_LUA = `
local SPAN, HALF = 16777216, 8388608
local call, floor = redis.call, math.floor
local time = redis.call('TIME')
local seconds = tonumber(time[1])
local clock = seconds * 1000 + floor(tonumber(time[2]) / 1000)

local function age_of(entry)
  local age = (clock - HALF - tonumber(entry)) % SPAN
  return age < HALF and age or age - SPAN
end

local function age_at(key, index)
  local age = (clock - HALF - tonumber(call('LINDEX', key, index))) % SPAN
  return age < HALF and age or age - SPAN
end

local function stamp(age) return tostring((clock - age) % SPAN - HALF) end

local function keep(key, window, oldest) call('PEXPIRE', key, floor(window * 2.25) + 1000 - oldest) end

local function is_other_quarter(window, before, oldest)
  return floor((clock - before) * 4 / window) ~= floor((clock - oldest) * 4 / window)
end

local function push(key, stamps)
  for first = 1, #stamps, 500 do
    call('RPUSH', key, unpack(stamps, first, math.min(first + 499, #stamps)))
  end
end

local function times(value, count)
  local list = {}
  for i = 1, count do list[i] = value end
  return list
end
`;
