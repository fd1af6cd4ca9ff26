import { tenantKey } from './tenant-key';

/** What the key of a tenant's usage hash begins with; the month (`YYYY-MM`, UTC) follows. */
export const usageKeyPrefix = (tenantId: string): string => `${tenantKey('usage', tenantId)}:`;

/**
 * Lua that counts into usage hashes, for every script that does: the format of the key and how long it is kept stand
 * here alone. The month is that of `seconds`, which callers take from Redis's own clock, so that processes whose clocks
 * differ agree about it. A hash is kept until 90 days after its month ends.
 *
 * - `usage_month(seconds)`: `YYYY-MM` in UTC, and the Unix second until which that month's hash is kept
 * - `count_usage(prefix, seconds, field, by)`
 */
export const USAGE_HASH_LUA = `
local function usage_month(seconds)
  -- Days to a civil date: Howard Hinnant, "chrono-compatible low-level date algorithms".
  local days = math.floor(seconds / 86400)
  local z = days + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor(
    (doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local day = doy - math.floor((153 * mp + 2) / 5) + 1
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  local length = month == 2 and (leap and 29 or 28) or 30 + (month + math.floor(month / 8)) % 2
  return string.format('%04d-%02d', year, month), (days - day + 1 + length + 90) * 86400
end

-- Scripts count much for one and the same second.
local counted_second, counted_month, counted_kept

local function count_usage(prefix, seconds, field, by)
  if seconds ~= counted_second then
    counted_second, counted_month, counted_kept = seconds, usage_month(seconds)
  end
  local month, kept = counted_month, counted_kept
  local key = prefix .. month
  -- A field that is new may mean a hash that is new.
  if redis.call('HINCRBY', key, field, by) == tonumber(by) then
    redis.call('EXPIREAT', key, kept)
  end
end
`;
