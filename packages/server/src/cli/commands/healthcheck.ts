import { command } from '../command.ts'
import { EXIT, failed } from '../exit.ts'
import { DATABASE_OPTIONS, PORT_OPTION } from '../options.ts'
import { durationSeconds } from '../parse.ts'

export const healthcheck = command({
  details: 'For containers that have no curl. Asks GET /ready on the configured host and port.',
  options: {
    ...PORT_OPTION,
    timeout: { type: 'text', value: 'TIME', help: 'how long to wait (default 3s)' },
    ...DATABASE_OPTIONS,
  },
  examples: ['grantd healthcheck', 'grantd healthcheck --port 9000 --timeout 1s'],
  run: async (input) => {
    const { options, terminal } = input
    const timeout =
      options.timeout === undefined ? 3 : durationSeconds(options.timeout, 'timeout', 86_400)
    const { askServer, listenerOf } = await import('../ask-server.ts')
    const { locate } = await import('../locate.ts')
    const { url, cert } = listenerOf(await locate(input))
    const answer = await askServer(`${url}/ready`, timeout * 1_000, cert)
    if (answer.outcome === 'none') throw failed(`nothing answers at ${url}: ${answer.reason}`)
    const status = String((answer.body as { status?: unknown } | undefined)?.status ?? 'unknown')
    if (answer.status !== 200) throw failed(`${url} is not ready: ${status} (${answer.status})`)
    terminal.print(status)
    return EXIT.ok
  },
})
