// A server, in a process of its own, that mints tokens and answers polls that carry one.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface TabServerOptions {
  readonly refusesTokens?: boolean
  readonly neverAnswers?: boolean
}

export interface TabsSeen {
  connections: number
  tokens: number
  polls: number
  /** Polls without a token that was minted here. */
  strangers: number
}

export interface TabServer extends AsyncDisposable {
  readonly url: string
  seen(): Promise<TabsSeen>
}

/** Starts one on a free port. Disposing ends it. */
export async function startTabServer(options: TabServerOptions = {}): Promise<TabServer> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], { execArgv: [] })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}`,
    async seen() {
      child.send('seen')
      const [seen] = (await once(child, 'message')) as [TabsSeen]
      return seen
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

function serve({ refusesTokens, neverAnswers }: TabServerOptions): void {
  const seen: TabsSeen = { connections: 0, tokens: 0, polls: 0, strangers: 0 }
  const tokens = new Set<string>()
  const server = createServer((request, response) => {
    if (neverAnswers === true) return
    if (request.url !== '/tokens') {
      seen.polls += 1
      if (!tokens.has(tokenOf(request))) seen.strangers += 1
      response.end('[]')
    } else if (refusesTokens === true) {
      response.writeHead(429).end('busy')
    } else {
      const token = `t${(seen.tokens += 1)}`
      tokens.add(token)
      response.end(JSON.stringify({ token }))
    }
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', () => (seen.connections += 1))
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  )
  process.on('message', () => process.send?.(seen))
  process.on('disconnect', () => process.exit(0))
}

function tokenOf({ headers }: IncomingMessage): string {
  return headers.authorization?.replace('Bearer ', '') ?? ''
}

if (import.meta.main) serve(JSON.parse(process.argv[2] ?? '{}') as TabServerOptions)
