// The second yardstick: Fastify with the headers that grantd sends, and none of its work. What an answer
// of grantd costs beyond this is grantd's own. `GET /<bytes>` and `POST /<bytes>` as in bare.ts.
import { parse } from 'node:querystring'
import { type FastifyReply, fastify } from 'fastify'
import { constantHeaders, type FlatHeaders } from '../../packages/server/src/http/headers.ts'
import { echoOf, paddedTo } from './bare-answers.ts'

const headers = constantHeaders(false)
const app = fastify({ logger: false, exposeHeadRoutes: false, requestIdHeader: false })
app.removeAllContentTypeParsers()

function answer({ raw }: FastifyReply, constant: FlatHeaders, body: string): void {
  raw.writeHead(200, [...constant, 'Content-Length', String(body.length)])
  raw.end(body, 'latin1')
}

app.route({
  method: 'GET',
  url: '/*',
  onRequest: (request, reply, _done) => {
    reply.hijack()
    answer(reply, headers.document, paddedTo(request.url))
  },
  handler: () => undefined,
})
app.route({
  method: 'POST',
  url: '/*',
  onRequest: ({ raw, url }, reply, _done) => {
    reply.hijack()
    let text = ''
    raw.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    raw.on('end', () => answer(reply, headers.json, echoOf(url, parse(text))))
  },
  handler: () => undefined,
})
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
