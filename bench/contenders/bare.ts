// The yardstick: node:http and nothing else. `GET /` says hello; `POST /<bytes>` reads the form and
// answers JSON of that many bytes, as a token endpoint without any of its work would.
import { createServer, type ServerResponse } from 'node:http'
import { parse } from 'node:querystring'

const HELLO = JSON.stringify({ hello: 'world' })
const paddings = new Map<string, string>()

function paddingFor(target: string): string {
  const known = paddings.get(target)
  if (known !== undefined) return known
  const made = 'x'.repeat(Math.max(0, Number(target.slice(1)) - 60))
  paddings.set(target, made)
  return made
}

function answer(response: ServerResponse, body: string): void {
  response.writeHead(200, [
    'Content-Type',
    'application/json',
    'Content-Length',
    String(body.length),
  ])
  response.end(body)
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return answer(response, HELLO)
  let text = ''
  request.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  request.on('end', () => {
    const form = parse(text)
    const body = { access_token: paddingFor(request.url ?? ''), client_id: form.client_id }
    answer(response, JSON.stringify({ ...body, expires_in: 3_600 }))
  })
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
