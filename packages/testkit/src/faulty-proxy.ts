import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What the proxy does to what passes. */
export interface Faults {
  /** New connections are closed at once. */
  refuse?: boolean
  /** Nothing passes any more, in either direction, and nobody is told. */
  hang?: boolean
  /** Every packet is late by so many milliseconds. */
  latencyMs?: number
  /** Sees what a client sends; says what becomes of the packet. */
  onRequest?: (bytes: Buffer) => 'pass' | 'cut-before' | 'cut-after'
}

/** A TCP proxy on a port of its own whose faults can be switched at any moment. */
export class FaultyProxy {
  readonly faults: Faults = {}
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server
    server.on('connection', (client) => this.#join(client, target))
  }

  static async to(url: string): Promise<FaultyProxy> {
    const { hostname, port } = new URL(url)
    const server = createServer()
    const proxy = new FaultyProxy(server, { host: hostname, port: Number(port) })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return proxy
  }

  /** The same database, through this proxy. */
  through(url: string): string {
    const changed = new URL(url)
    changed.port = String((this.#server.address() as AddressInfo).port) // it listens on TCP
    return changed.href
  }

  /** Cuts every connection now. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  #join(client: Socket, target: { host: string; port: number }): void {
    if (this.faults.refuse) {
      client.resetAndDestroy()
      return
    }
    const server = connect(target)
    const both = [client, server]
    for (const socket of both) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {}) // the other side is closed below
      socket.on('close', () => {
        this.#sockets.delete(socket)
        for (const each of both) each.destroy()
      })
    }
    client.on('data', (bytes: Buffer) => {
      const verdict = this.faults.onRequest?.(bytes) ?? 'pass'
      if (verdict === 'cut-before') return client.resetAndDestroy()
      // The request arrives; its answer never does.
      if (verdict === 'cut-after') {
        server.removeAllListeners('data')
        server.on('data', () => client.resetAndDestroy())
      }
      this.#pass(bytes, server)
    })
    server.on('data', (bytes: Buffer) => this.#pass(bytes, client))
  }

  #pass(bytes: Buffer, to: Socket): void {
    if (this.faults.hang) return
    const { latencyMs } = this.faults
    if (latencyMs === undefined) to.write(bytes)
    else setTimeout(() => to.write(bytes), latencyMs)
  }
}
