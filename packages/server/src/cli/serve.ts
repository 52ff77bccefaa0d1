// Owns: running the server in the foreground, in dev or production, until a signal.

import { type Assembly, assemble } from '../assemble.ts'
import { formatProblems } from '../config/format.ts'
import { loadSettings } from '../config/load.ts'
import type { Mode } from '../config/mode.ts'
import type { Settings } from '../config/settings.ts'
import { createLog } from '../log.ts'
import { StartError } from '../start-error.ts'
import { printBanner, printServing } from './banner.ts'
import { prepareDemo } from './demo.ts'

const DRAIN_MS = 10_000

export interface ServeOptions {
  readonly mode: Extract<Mode, 'dev' | 'serve'>
  readonly argvFlags: Readonly<Record<string, string>>
  readonly json: boolean
}

/** Resolves with the exit code when the server has stopped. */
export async function serve(options: ServeOptions): Promise<number> {
  const startedAt = performance.now()
  const { settings, problems } = loadSettings({
    mode: options.mode,
    env: process.env,
    argvFlags: { ...options.argvFlags },
    cwd: process.cwd(),
  })
  if (problems.length > 0) process.stderr.write(`${formatProblems(problems)}\n`)
  const log = createLog(settings)
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  const assembly = await assemble({
    settings,
    mode: options.mode,
    log,
    onFatal: (error) => fail(error),
  })
  try {
    await listen(assembly, settings)
    const demo = options.mode === 'dev' ? await prepareDemo(assembly, settings) : undefined
    const readyMs = performance.now() - startedAt
    if (demo === undefined) printServing({ assembly, settings, readyMs })
    else printBanner({ assembly, demo, readyMs, json: options.json })
    await Promise.race([untilSignal(), failed])
    return 0
  } finally {
    await assembly.stop(DRAIN_MS)
    log.flush()
  }
}

async function listen(assembly: Assembly, settings: Settings): Promise<void> {
  const { host, port } = settings.server
  try {
    await assembly.http.listen(port, host)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new StartError(
        'E_PORT_TAKEN',
        `port ${port} on ${host} is in use by another program`,
        'stop it, or choose another port: OAUTH2_SERVER_PORT=8081',
      )
    }
    throw new StartError(
      'E_LISTEN',
      `cannot listen on ${host}:${port} (${code})`,
      'check OAUTH2_SERVER_HOST and OAUTH2_SERVER_PORT',
    )
  }
}

function untilSignal(): Promise<void> {
  return new Promise((done) => {
    // Not `once`: from a terminal the launcher's copy of a signal comes second, and must not cut the drain.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done())
  })
}
