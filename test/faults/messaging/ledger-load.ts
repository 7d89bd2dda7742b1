// Writers of messages that keep a ledger: each text is unique, so that a message can be found again. Most send under a
// client_id and repeat what they are not sure of until it is stored; the others never repeat.

import { setTimeout as sleep } from 'node:timers/promises'

/** What is known of one message. */
export interface Written {
  readonly chat: string
  readonly text: string
  readonly writer: number
  readonly hasClientId: boolean
  /** The number it was stored under; null: nobody said that it was stored. */
  seq: number | null
  /** Every answer said that it surely was not stored. */
  isRefused: boolean
}

/** An answer other than 200, in monotonic milliseconds. */
export interface Failure {
  readonly at: number
  readonly status: number
}

export interface LedgerLoad {
  readonly written: readonly Written[]
  readonly failures: readonly Failure[]
  /** Requests sent and not answered. */
  underWay(): number
  /** Messages that were sent once more because it was not sure that they were stored. */
  repeats(): number
  /** Resolves when every writer has ended: those with a client_id once their last message is stored. */
  stop(): Promise<void>
}

const writers = 24
const timeout_ms = 10_000
const patience_ms = 30_000

/** Starts the writers. Texts begin with `story`, which no other story has. */
export function startLoad(url: string, story: string): LedgerLoad {
  const written: Written[] = []
  const failures: Failure[] = []
  const over = new AbortController()
  let underWay = 0
  let repeats = 0
  const send = async (message: Written, sender: string): Promise<number> => {
    const { chat, text, hasClientId } = message
    underWay += 1
    const { status, seq } = await post(`${url}/api/send`, {
      chat,
      sender,
      text,
      ...(hasClientId ? { client_id: text } : {}),
    })
    underWay -= 1
    if (status === 200) message.seq = seq
    else failures.push({ at: performance.now(), status })
    return status
  }
  const write = async (writer: number) => {
    // Two writers to a chat: its two members.
    const members = [`${story}-${writer >> 1}-a`, `${story}-${writer >> 1}-b`] as const
    const chat = members.join(':')
    const sender = members[writer % 2 === 0 ? 0 : 1]
    const hasClientId = writer % 4 !== 3
    for (let n = 0; !over.signal.aborted; n++) {
      const text = `${story} ${writer} ${n}`
      const message = { chat, text, writer, hasClientId, seq: null, isRefused: true }
      written.push(message)
      const end = performance.now() + patience_ms
      for (let tries = 1; performance.now() < end; tries++) {
        const status = await send(message, sender)
        message.isRefused &&= status === 503
        if (status === 200 || !hasClientId) break
        repeats++
        await sleep(20)
      }
    }
  }
  const ends = Array.from({ length: writers }, (_, writer) => write(writer))
  return {
    written,
    failures,
    underWay: () => underWay,
    repeats: () => repeats,
    async stop() {
      over.abort()
      await Promise.all(ends)
    },
  }
}

/** Status 0: no answer. */
async function post(url: string, body: object): Promise<{ status: number; seq: number }> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeout_ms),
    })
    const found = (await answer.json()) as { seq?: number }
    return { status: answer.status, seq: found.seq ?? 0 }
  } catch {
    return { status: 0, seq: 0 }
  }
}
