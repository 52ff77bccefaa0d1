import { once } from 'node:events'
import { createServer } from 'node:net'

/** Somebody who holds a port of loopback until it is disposed of; who connects is hung up on. */
export async function holdPort(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

/** A port of loopback that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  await using held = await holdPort()
  return held.port
}
