// Owns: the check of the rate limits: whether they hold, and where they are counted.
import { bucketsProblem } from '@grantd/storage'
import { redisOfLimits } from '../../rate-limits/open.ts'
import { fail, ofSettings, ok, warn } from './finding.ts'

const ANSWER_MS = 2_000

export const limits = ofSettings(async (settings) => {
  const { enabled, max_requests, window_secs } = settings.rate_limit
  if (!enabled) return ok('off: nobody is refused for asking too much')
  const most = `${Math.max(1, max_requests)} requests of a network in ${Math.max(1, window_secs)} s`
  const url = redisOfLimits(settings)
  if (url !== undefined) {
    const { host } = new URL(url)
    const problem = await bucketsProblem(url, ANSWER_MS)
    if (problem === undefined) return ok(`${most}, counted in Redis at ${host}`)
    return fail(
      `Redis at ${host} cannot be used: ${problem}`,
      'start it, or correct OAUTH2_RATE_LIMIT_REDIS_URL; a server that runs lets each process count for itself',
    )
  }
  if (settings.server.workers === 1) return ok(most)
  return warn(
    `${most}, and each worker counts for itself: as many times as much may pass`,
    'set OAUTH2_RATE_LIMIT_BACKEND=redis, or keep it in mind for OAUTH2_RATE_LIMIT_MAX_REQUESTS',
  )
})
