// The yardstick: node:http and nothing else. `GET /` says hello, `GET /<bytes>` answers that much;
// `POST /<bytes>` reads the form and answers JSON of that many bytes, as a token endpoint without any
// of its work would.
import { createServer, type ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import { echoOf, paddedTo } from './bare-answers.ts'

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
  const { method, url = '/' } = request
  if (method === 'GET') return answer(response, paddedTo(url))
  let text = ''
  request.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  request.on('end', () => answer(response, echoOf(url, parse(text))))
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
