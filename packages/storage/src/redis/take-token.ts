// Owns: the script by which Redis judges one attempt, and reading its answer.
// Does not own: when Redis is asked (redis-buckets.ts).
import { createHash } from 'node:crypto'
import type { SharedAttempt, SharedVerdict } from '@grantd/domain'
import type { Script } from './link.ts'

/**
 * The arithmetic of @grantd/limits, by the clock of Redis: levels are whole attempt-milliseconds, and a
 * clock that was set back gives nothing. A bucket that is full again is forgotten by its expiry.
 */
const TEXT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local capacity, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = capacity * window
local level = full
local kept = redis.call('GET', KEYS[1])
if kept then
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
local life = math.max(1, math.ceil((full - level) / capacity))
redis.call('SET', KEYS[1], string.format('%.0f %.0f', level, now), 'PX', life)
return {allowed, level}
`

export const TAKE_TOKEN: Script = {
  text: TEXT,
  sha: createHash('sha1').update(TEXT).digest('hex'), // how Redis names scripts
}

export function argumentsOf({ capacity, windowMs }: SharedAttempt): string[] {
  return [String(capacity), String(windowMs)]
}

/** What the script answered; undefined when that makes no sense. */
export function verdictOf(
  answer: unknown,
  { capacity, windowMs }: SharedAttempt,
): SharedVerdict | undefined {
  const [allowed, level] = Array.isArray(answer) ? answer : []
  if (typeof allowed !== 'number' || typeof level !== 'number') return undefined
  return {
    isAllowed: allowed === 1,
    limit: capacity,
    remaining: Math.floor(level / windowMs),
    retryAfterMs: level >= windowMs ? 0 : Math.ceil((windowMs - level) / capacity),
    resetMs: Math.ceil((capacity * windowMs - level) / capacity),
  }
}
