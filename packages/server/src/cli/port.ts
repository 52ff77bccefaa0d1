// Owns: which port the listener takes, known before anything prints a URL.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { bareHost } from '../config/address.ts'
import type { Settings } from '../config/settings.ts'
import type { HttpServer } from '../http/server.ts'
import { StartError } from '../start-error.ts'

const MOST_TRIES = 20

/**
 * The wanted port when it is free; with `mayMove` the next free one above it, otherwise `E_PORT_TAKEN`.
 * Port 0 becomes the free one that the system chose.
 */
export async function choosePort(wish: {
  readonly host: string
  readonly port: number
  readonly mayMove: boolean
}): Promise<number> {
  const { host, port, mayMove } = wish
  const last = mayMove ? Math.min(port + MOST_TRIES - 1, 65_535) : port
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      return await probe(host, candidate)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE')
        throw listenError(error, host, port)
    }
  }
  throw portTaken(host, port, last)
}

/** Whether another program listens there. */
export async function isPortTaken(host: string, port: number): Promise<boolean> {
  try {
    await probe(host, port)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  }
}

/** Opens the listener. Throws `E_PORT_TAKEN` or `E_LISTEN`. */
export async function listen(http: HttpServer, { server }: Settings): Promise<void> {
  const { host, port } = server
  try {
    await http.listen(port, host)
  } catch (error) {
    throw listenError(error, host, port)
  }
}

/** Why nothing listens, for the person at the terminal. */
export function listenError(error: unknown, host: string, port: number): StartError {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return portTaken(host, port, port)
  return new StartError(
    'E_LISTEN',
    `cannot listen on ${host}:${port} (${code})`,
    code === 'EACCES'
      ? 'ports below 1024 are for the system: OAUTH2_SERVER_PORT=8080, with a proxy in front'
      : 'check OAUTH2_SERVER_HOST and OAUTH2_SERVER_PORT',
  )
}

function portTaken(host: string, first: number, last: number): StartError {
  const what = first === last ? `port ${first} on ${host} is` : `ports ${first} to ${last} are all`
  return new StartError(
    'E_PORT_TAKEN',
    `${what} in use by another program`,
    `stop it, or choose another port: OAUTH2_SERVER_PORT=${Math.min(last + 1, 65_535)}`,
  )
}

/** Listens for a moment. Rejects as `listen` does. */
async function probe(host: string, port: number): Promise<number> {
  const server = createServer()
  server.listen(port, bareHost(host))
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return taken
}
