import { FixedClock } from '@grantd/testkit'
import { freePort } from '@grantd/testkit/ports'
import { assemble } from '../../src/assemble.ts'
import { loadSettings } from '../../src/config/load.ts'
import { Mailbox, TestServer } from './server.ts'
import { WIDE_LIMITS } from './wide-limits.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** A server that listens on loopback and goes by the real clock, for clients of other people. */
export async function startLive(env: Record<string, string> = {}): Promise<TestServer> {
  const port = await freePort()
  const { settings } = loadSettings({
    mode: 'serve',
    env: {
      OAUTH2_DATABASE_URL: 'memory:',
      OAUTH2_SERVER_PORT: String(port),
      OAUTH2_PUBLIC_URL: `http://127.0.0.1:${port}`,
      OAUTH2_ENCRYPTION_KEY: '1b'.repeat(32),
      OAUTH2_LOG_ACCESS: 'false',
      OAUTH2_JANITOR_INTERVAL_SECS: '0',
      ...WIDE_LIMITS,
      ...env,
    },
    cwd: import.meta.dirname,
  })
  const mailbox = new Mailbox()
  const assembly = await assemble({
    settings,
    mode: 'serve',
    log: silent,
    mailer: mailbox,
    onFatal: (error) => {
      throw error
    },
  })
  await assembly.http.listen(port, '127.0.0.1')
  return new TestServer(assembly, new FixedClock(), mailbox)
}
