// A receiver of webhooks that says yes to everything.
import { createServer } from 'node:http'

createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(request.method === 'POST' ? 204 : 200).end())
}).listen(Number(process.env.PORT), '127.0.0.1')
