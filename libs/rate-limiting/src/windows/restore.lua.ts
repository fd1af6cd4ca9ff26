import { WINDOW_LOG_LUA } from './window-log.lua';

/**
 * Enters places that were taken while Redis didn't decide, in their order among those that it knows of. They are in the
 * window whatever its limit says.
 *
 * KEYS: windows. ARGV: per window its milliseconds, the number of places, and the age of each in milliseconds.
 */
export const RESTORE_LUA = `
${WINDOW_LOG_LUA}
local at = 1
for _, key in ipairs(KEYS) do
  local window, count = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local ages = {}
  for _, entry in ipairs(redis.call('LRANGE', key, 0, -1)) do ages[#ages + 1] = age_of(entry) end
  for i = at + 2, at + 1 + count do ages[#ages + 1] = tonumber(ARGV[i]) end
  at = at + 2 + count
  table.sort(ages, function(a, b) return a > b end)
  local stamps, oldest = {}, false
  for _, age in ipairs(ages) do
    if age <= window then
      oldest = oldest or age
      stamps[#stamps + 1] = stamp(age)
    end
  end
  redis.call('DEL', key)
  if oldest then
    push(key, stamps)
    keep(key, window, oldest)
  end
end
`;
