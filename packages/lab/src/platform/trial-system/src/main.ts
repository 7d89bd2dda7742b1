// A backend as small as can be, for the tests of the platform: it says who it is, burns CPU when asked,
// reports metrics, and can be told to fail.

import { spawn } from 'node:child_process'
import { pbkdf2Sync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

const { PORT, FAIL, GREETING: greeting, DATABASE_URL = '', READER_URL: reader } = process.env
if (FAIL !== undefined) throw new Error(`settings: DATABASE_URL is ${FAIL}`)
// A child of its own: it must not survive either.
spawn('sleep', ['600'], { stdio: 'ignore' })

let answered = 0
const metrics = () => `# HELP pg_pool_waiting waiting
pg_pool_waiting{pool="main"} 3
pg_pool_wait_seconds_sum 0.5
pg_pool_wait_seconds_count 10
pg_pool_busy_seconds_total ${performance.now() * 4}
pg_pool_capacity_seconds_total ${performance.now() * 8}
nodejs_eventloop_delay_p99_seconds 0.02
http_requests_total ${answered}
`

const server = createServer((request, answer) => void serve(request, answer))

async function serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://here')
  if (url.pathname === '/readyz') {
    answer.end('ready')
    return
  }
  if (url.pathname === '/metrics') {
    answer.end(metrics())
    return
  }
  answered += 1
  if (url.pathname === '/burn') {
    const end = performance.now() + Number(url.searchParams.get('ms'))
    while (performance.now() < end) await busy(5)
    answer.end('burnt')
    return
  }
  // So much work, however long a limit makes it last.
  if (url.pathname === '/work') {
    pbkdf2Sync('', '', Number(url.searchParams.get('rounds')), 32, 'sha256')
    answer.end('done')
    return
  }
  let bytes = 0
  for await (const chunk of request) bytes += (chunk as Buffer).length
  answer.setHeader('content-type', 'application/json')
  answer.end(
    JSON.stringify({
      port: PORT,
      greeting,
      bytes,
      reader,
      database: new URL(DATABASE_URL).protocol,
    }),
  )
}

/** Others get a turn in between. */
function busy(ms: number): Promise<void> {
  const end = performance.now() + ms
  while (performance.now() < end);
  return new Promise((resolve) => setImmediate(resolve))
}

server.listen(Number(PORT), '127.0.0.1')
