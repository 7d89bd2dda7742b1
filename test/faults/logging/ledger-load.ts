// Writers of log records that keep a ledger: each record has its id before it is sent, so that one whose answer never
// came can be told from one that nobody sent. Closed loops, singly and in batches, from one seeded random.

import { request, Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** How the records ended, by id. */
export interface Ledger {
  readonly ok: Set<string>
  /** May have been taken: no answer, or one that leaves it open. */
  readonly unknown: Set<string>
  /** Surely not taken. */
  readonly failed: Set<string>
  /** Answers by status; 0 for none. */
  readonly statuses: Map<number, number>
  /** The longest time to an answer, in milliseconds. */
  slowest_ms: number
}

export interface LedgerLoad {
  readonly ledger: Ledger
  /** Requests sent and not answered. */
  underWay(): number
  /** Resolves when every writer has ended. */
  stop(): Promise<void>
}

const writers = 24
const batchWriters = 4
const recordsPerBatch = 50
const timeout_ms = 10_000

/** Starts the writers. `random` gives 0 to 1. */
export function startLoad(url: string, random: () => number): LedgerLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: writers + batchWriters })
  const ledger: Ledger = {
    ok: new Set(),
    unknown: new Set(),
    failed: new Set(),
    statuses: new Map(),
    slowest_ms: 0,
  }
  const newId = idsFrom(random)
  const stopping = new AbortController()
  let underWay = 0
  const send = async (path: string, body: unknown) => {
    underWay += 1
    const since = performance.now()
    const answer = await post({ url: url + path, body: JSON.stringify(body), agent })
    underWay -= 1
    ledger.slowest_ms = Math.max(ledger.slowest_ms, performance.now() - since)
    ledger.statuses.set(answer.status, (ledger.statuses.get(answer.status) ?? 0) + 1)
    if (answer.status === 0 || answer.status >= 500) await sleep(20)
    return answer
  }
  const writeSingles = async () => {
    while (!stopping.signal.aborted) {
      const id = newId()
      const { status } = await send('/log', { id, level: 'info', message: `one ${id}` })
      const end =
        status === 201
          ? ledger.ok
          : status === 503 || status === 429
            ? ledger.failed
            : ledger.unknown
      end.add(id)
    }
  }
  const writeBatches = async () => {
    while (!stopping.signal.aborted) {
      const records = Array.from({ length: recordsPerBatch }, () => ({
        id: newId(),
        level: 'WARN',
        message: `many\tof ${'them '.repeat(Math.floor(random() * 20))}\n`,
      }))
      const { status, text } = await send('/logs', records)
      const taken = new Set(status === 202 ? (JSON.parse(text) as { ids: string[] }).ids : [])
      for (const { id } of records) {
        if (taken.has(id)) ledger.ok.add(id)
        else if (status === 503) ledger.failed.add(id)
        else ledger.unknown.add(id)
      }
    }
  }
  const ends = [
    ...Array.from({ length: writers }, writeSingles),
    ...Array.from({ length: batchWriters }, writeBatches),
  ]
  return {
    ledger,
    underWay: () => underWay,
    async stop() {
      stopping.abort()
      await Promise.all(ends)
      agent.destroy()
    },
  }
}

/** UUIDs of version 7 of this moment. */
function idsFrom(random: () => number): () => string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('')
  return () => {
    const time = Date.now().toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-8${digits(3)}-${digits(12)}`
  }
}

function post({ url, body, agent }: { url: string; body: string; agent: Agent }) {
  return new Promise<{ status: number; text: string }>((resolve) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const lost = () => resolve({ status: 0, text: '' })
    const sending = request(
      url,
      { method: 'POST', agent, headers, timeout: timeout_ms },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }))
        answer.once('error', lost).once('aborted', lost)
      },
    )
    sending.once('error', lost).once('timeout', () => sending.destroy())
    sending.end(body)
  })
}
