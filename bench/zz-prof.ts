import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadAll } from './load.ts'
import { Site } from './site.ts'
import { CLIENT_CREDENTIALS } from './traffic.ts'

function threads(pid: number) {
  const out: Record<string, [number, number]> = {}
  for (const t of readdirSync(`/proc/${pid}/task`)) {
    const f = readFileSync(`/proc/${pid}/task/${t}/stat`, 'utf8')
    const rest = f.slice(f.lastIndexOf(')') + 2).split(' ')
    out[t + ' ' + f.slice(f.indexOf('(') + 1, f.lastIndexOf(')'))] = [
      Number(rest[11]) * 10,
      Number(rest[12]) * 10,
    ]
  }
  return out
}
const mode = process.argv[2] ?? 'outbox'
const prof = process.argv[3]
const env: Record<string, Record<string, string>> = {
  off: { OAUTH2_EVENTS_ENABLED: 'false' },
  memory: {},
  history: { OAUTH2_EVENTS_HISTORY_DAYS: '1' },
  outbox: {
    OAUTH2_EVENTS_PLUGINS: fileURLToPath(new URL('contenders/take-events.ts', import.meta.url)),
    OAUTH2_EVENTS_BACKEND: 'taker',
  },
}
const site = await Site.create('ES256', env[mode] ?? {})
const server = await site.serve('server', prof ? ['--cpu-prof', `--cpu-prof-dir=${prof}`] : [])
const req = { path: '/oauth/token', bodies: [CLIENT_CREDENTIALS], connections: 64 }
await loadAll([server.port], { ...req, seconds: 5 })
for (let i = 0; i < 2; i++) {
  const before = server.cpuSeconds()
  const tb = threads(server.child.pid ?? 0)
  const slice = await loadAll([server.port], { ...req, seconds: 4 })
  const ta = threads(server.child.pid ?? 0)
  for (const [k, [u, sy]] of Object.entries(ta)) {
    const [bu, bs] = tb[k] ?? [0, 0]
    if (u - bu + sy - bs > 20)
      console.log(
        '   ',
        k,
        'user',
        (((u - bu) * 1000) / slice.requests).toFixed(1),
        'sys',
        (((sy - bs) * 1000) / slice.requests).toFixed(1),
      )
  }
  console.log(
    mode,
    slice.requestsPerSecond,
    (((server.cpuSeconds() - before) * 1e6) / slice.requests).toFixed(1),
    'us',
  )
}
await site.close()
