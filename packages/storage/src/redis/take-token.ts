// Owns: attempts at buckets in Redis as one script that answers many of them. Does not own: when Redis
// is asked (redis-buckets.ts).
import { createHash } from 'node:crypto'
import type { SharedAttempt, SharedVerdict } from '@grantd/domain'
import type { Script } from './link.ts'

/**
 * The arithmetic of @grantd/limits, by the clock of Redis: levels are whole attempt-milliseconds, and a
 * clock that was set back gives nothing. A bucket that is full again is forgotten by its expiry. One key
 * for each attempt, the same one more than once where there are several; two numbers in the answer for
 * each: 1 or 0 and what is left, or -1 and why this one could not be judged, which leaves the others be.
 */
const TEXT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answer = {}
for place, key in ipairs(KEYS) do
  local capacity, window = tonumber(ARGV[2 * place - 1]), tonumber(ARGV[2 * place])
  local full = capacity * window
  local level = full
  local kept = redis.pcall('GET', key)
  local failed = type(kept) == 'table' and kept.err
  if kept and not failed then
    local was, seen = string.match(kept, '^(%d+) (%d+)$')
    if was then
      local elapsed = math.min(math.max(0, now - tonumber(seen)), window)
      level = math.min(full, tonumber(was) + elapsed * capacity)
    end
  end
  local allowed = 0
  if level >= window then
    allowed = 1
    level = level - window
  end
  if not failed then
    local life = math.max(1, math.ceil((full - level) / capacity))
    local set = redis.pcall('SET', key, string.format('%.0f %.0f', level, now), 'PX', life)
    failed = type(set) == 'table' and set.err
  end
  answer[2 * place - 1] = failed and -1 or allowed
  answer[2 * place] = failed or level
end
return answer
`

export const TAKE_TOKENS: Script = {
  text: TEXT,
  sha: createHash('sha1').update(TEXT).digest('hex'), // how Redis names scripts
}

export function argumentsOf(attempts: readonly SharedAttempt[]): string[] {
  return attempts.flatMap(({ capacity, windowMs }) => [String(capacity), String(windowMs)])
}

/** What the script answered to the attempt at `place`; the reason when it could not be judged. */
export function verdictAt(
  place: number,
  answer: unknown,
  { capacity, windowMs }: SharedAttempt,
): SharedVerdict | Error {
  const both: readonly unknown[] = Array.isArray(answer) ? answer : []
  const [allowed, level] = [both[2 * place], both[2 * place + 1]]
  if (typeof allowed !== 'number' || typeof level !== 'number') {
    return new Error(typeof level === 'string' ? level : 'Redis answered something else')
  }
  return {
    isAllowed: allowed === 1,
    limit: capacity,
    remaining: Math.floor(level / windowMs),
    retryAfterMs: level >= windowMs ? 0 : Math.ceil((windowMs - level) / capacity),
    resetMs: Math.ceil((capacity * windowMs - level) / capacity),
  }
}
