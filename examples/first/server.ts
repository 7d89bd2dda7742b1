// A price list: the whole backend. It knows nothing of Plimsoll.

import { hash } from 'node:crypto'
import { createServer } from 'node:http'

const server = createServer((request, answer) => {
  const path = request.url ?? '/'
  if (path === '/ready') return answer.end('yes')
  // Some work, so that there is a limit to find.
  let digest = path
  for (let round = 0; round < 5_000; round += 1) digest = hash('sha256', digest)
  answer.setHeader('content-type', 'application/json')
  return answer.end(JSON.stringify({ price_cents: Number.parseInt(digest.slice(0, 4), 16) }))
})
server.listen(Number(process.env['PORT']), '127.0.0.1')
process.on('SIGTERM', () => server.close())
