import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { BSON, type Document } from 'mongodb'

/** MongoDB's wire protocol, as far as a driver of today needs it: OP_MSG, and OP_QUERY to say hello. */
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const HEADER = 16

/** What to answer; `cut` closes the connection instead. */
export type Answer = Document | 'cut'
export type Handler = (command: Document) => Answer | Promise<Answer>

export interface WireServer extends AsyncDisposable {
  readonly address: string
  /** Every command but the driver's own: greetings, pings, ends of sessions. None when it forgets them. */
  readonly commands: readonly Document[]
}

export interface WireServerOptions {
  readonly handle: Handler
  /** Whether it greets as the primary of a replica set or as a standalone server. */
  readonly isReplicaSet?: boolean
  /** The address that it gives for itself as a member, when not the one it has. */
  readonly advertises?: string
  /** For more commands than there is room for. */
  readonly forgets?: boolean
}

const GREETINGS = new Set(['hello', 'ismaster', 'isMaster'])
const SILENT = new Set(['ping', 'endSessions', 'killCursors'])

/** Listens on a loopback port. */
export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const commands: Document[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy()) // a driver that leaves is no failure of the test
    let bytes = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 4 && bytes.length >= bytes.readInt32LE(0)) {
        const message = bytes.subarray(0, bytes.readInt32LE(0))
        bytes = bytes.subarray(message.length)
        void respond(socket, message)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answerTo(command: Document): Promise<Answer> {
    const [name = ''] = Object.keys(command)
    if (GREETINGS.has(name))
      return greeting(options.advertises ?? address, options.isReplicaSet ?? true)
    if (SILENT.has(name)) return { ok: 1 }
    if (options.forgets !== true) commands.push(command)
    return options.handle(command)
  }

  async function respond(socket: Socket, message: Buffer): Promise<void> {
    const answer = await answerTo(commandOf(message))
    if (answer === 'cut') socket.destroy()
    else if (!socket.destroyed) socket.write(replyTo(message, answer))
  }

  return {
    address,
    commands,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function greeting(address: string, isReplicaSet: boolean): Document {
  return {
    ok: 1,
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    ...(isReplicaSet && {
      setName: 'rs0',
      setVersion: 1,
      hosts: [address],
      primary: address,
      me: address,
    }),
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 21,
  }
}

function commandOf(message: Buffer): Document {
  if (message.readInt32LE(12) === OP_QUERY) {
    const nameEnd = message.indexOf(0, HEADER + 4)
    return documentAt(message, nameEnd + 1 + 8)
  }
  const command: Document = {}
  for (let at = HEADER + 4; at < message.length; ) {
    const isSequence = message[at] === 1
    const size = message.readInt32LE(at + 1)
    if (isSequence) {
      const nameEnd = message.indexOf(0, at + 5)
      const documents: Document[] = []
      for (let next = nameEnd + 1; next < at + 1 + size; next += message.readInt32LE(next)) {
        documents.push(documentAt(message, next))
      }
      command[message.toString('utf8', at + 5, nameEnd)] = documents
    } else {
      Object.assign(command, documentAt(message, at + 1))
    }
    at += 1 + size
  }
  return command
}

const documentAt = (message: Buffer, at: number): Document =>
  BSON.deserialize(message.subarray(at, at + message.readInt32LE(at)))

function replyTo(message: Buffer, answer: Document): Buffer {
  const isQuery = message.readInt32LE(12) === OP_QUERY
  const prefix = Buffer.alloc(isQuery ? 20 : 5)
  if (isQuery) prefix.writeInt32LE(1, 16) // one document follows
  const body = BSON.serialize(answer)
  const header = Buffer.alloc(HEADER)
  header.writeInt32LE(HEADER + prefix.length + body.length, 0)
  header.writeInt32LE(message.readInt32LE(4), 8)
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12)
  return Buffer.concat([header, prefix, body])
}
