/** The server's own clock, in microseconds. */
export const SERVER_TIME = `(function() local t = redis.call('TIME'); return t[1] * 1000000 + t[2] end)()`;

const STAMP = `string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')`;

/**
 * KEYS[1] list: until when each of the last permits may be used at the latest, in microseconds, newest first
 * KEYS[2] the server process that wrote it, and the windows it was written under
 * ARGV 1 permits needed at the same moment, 2 how many times, 3 spare permits free now, 4 spare permits free later,
 *      5 horizon, 6 hold, 7 guard, 8 least time between the beginnings of scarce permits, then for each window: calls, period, period in force
 * Answers {wait} when there is nothing, else {0, then for each permit when it begins, counted from now, and how long
 * it may be kept from then on}; all in microseconds. Where calls are scarce that is no time; a permit that has
 * been free for as long as the hold takes nothing from anybody and may be kept for the hold. Scarce permits begin one
 * after the other, so that a window that was used up at once is not used up at once again and again.
 *
 * The proof. Every permit has a beginning s and a latest use e; it is used at some moment from s to e. In the
 * list e never falls, and a permit is given only with s >= e' + period, where e' is that of the permit \`calls\`
 * places before it. Take calls + 1 permits of the list: the first is used at or before its e <= e', the last at or
 * after its s, at least a period later. So no half-open window of one period holds more than \`calls\` uses, whatever
 * becomes of the permits in between: held, used late, or lost with their process.
 *
 * A list that is missing, or was written by another server process or under other windows, may lack what was given
 * last (a flush, a restart from an old snapshot, a failover): it counts as full of permits that are used as late as
 * any can be.
 */
export const permitScript = (nowMicros: string): string => `
local size, times = tonumber(ARGV[1]), tonumber(ARGV[2])
local spareNow, spareLater = tonumber(ARGV[3]), tonumber(ARGV[4])
local horizon, hold, guard, apart = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local now = ${nowMicros}
local windows, longest, stamp = {}, 0, ${STAMP}
for i = 9, #ARGV, 3 do
  local calls = tonumber(ARGV[i])
  windows[#windows + 1] = { calls = calls, period = tonumber(ARGV[i + 2]) }
  if calls > longest then longest = calls end
  stamp = stamp .. ':' .. calls .. '/' .. ARGV[i + 1]
end
local text = function(micros) return string.format('%.0f', micros) end
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('GET', KEYS[2]) ~= stamp then
  redis.call('DEL', KEYS[1])
  local latest = text(now + horizon + hold + guard)
  for i = 1, longest do redis.call('LPUSH', KEYS[1], latest) end
  redis.call('SET', KEYS[2], stamp)
end
local newest = tonumber(redis.call('LINDEX', KEYS[1], 0))
local offer = function(permits)
  local since = 0
  for _, window in ipairs(windows) do
    local decisive = redis.call('LINDEX', KEYS[1], window.calls - permits)
    if decisive then since = math.max(since, tonumber(decisive) + window.period) end
  end
  if since + hold <= now then return now, hold end
  return math.max(now, since, apart > 0 and newest - guard + apart or 0), 0
end
local given = { '0' }
local give = function(permits, begin, kept)
  newest = math.max(newest, begin + kept + guard)
  for i = 1, permits do
    redis.call('LPUSH', KEYS[1], text(newest))
    given[#given + 1] = text(begin - now)
    given[#given + 1] = text(kept)
  end
end
for time = 1, times do
  local begin, kept = offer(size)
  if begin > now + horizon then
    if time == 1 then return { text(begin - now - horizon) } end
    spareNow, spareLater = 0, 0
    break
  end
  give(size, begin, kept)
end
for spare = 1, math.max(spareNow, spareLater) do
  local begin, kept = offer(1)
  if begin > now + horizon or spare > (begin == now and spareNow or spareLater) then break end
  give(1, begin, kept)
end
redis.call('LTRIM', KEYS[1], 0, longest - 1)
return given
`;

/** KEYS as above; ARGV for each window: calls, period. Answers how many permits each holds, or nulls. */
export const usedScript = (nowMicros: string): string => `
local now = ${nowMicros}
local stamp, answer = ${STAMP}, {}
for i = 1, #ARGV, 2 do stamp = stamp .. ':' .. ARGV[i] .. '/' .. ARGV[i + 1] end
local isComplete = redis.call('GET', KEYS[2]) == stamp
for i = 1, #ARGV, 2 do
  local low, high = 0, math.min(tonumber(ARGV[i]), redis.call('LLEN', KEYS[1]))
  while low < high do
    local middle = math.floor((low + high) / 2)
    if tonumber(redis.call('LINDEX', KEYS[1], middle)) > now - tonumber(ARGV[i + 1]) then
      low = middle + 1
    else
      high = middle
    end
  end
  answer[#answer + 1] = isComplete and low or false
end
return answer
`;
