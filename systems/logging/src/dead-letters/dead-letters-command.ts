// `logging dead-letters look | replay | purge`: what could not be stored, for the person who mends it.

import { parseArgs } from 'node:util'
import { readCopyLine, readSettings } from '@plimsoll/service'
import { purgeQueue, queueSettings, type Queue, type QueueMessage } from '@plimsoll/service/queue'
import { Type } from 'typebox'

import {
  deadLettersOf,
  openPlainQueue,
  queueOptions,
  sendOne,
  type QueueChoice,
} from '../open-queue.ts'
import { decodeChunk } from '../records/chunk.ts'

const schema = Type.Object(queueSettings)

/** While they are looked at, nobody else sees them; then they are handed back. */
const hiddenWhileLooking_s = 30
const handedBackAfter_s = 1
/** Longer than what somebody has just looked at stays hidden. */
const patience_s = 2
const usage = 'Expected dead-letters look | replay [--limit N], or dead-letters purge --yes.'

/** Resolves to the exit code: 3 for words it does not know. Rejects with `QueueError`. */
export async function deadLettersCommand(
  args: readonly string[],
  {
    environment,
    print,
  }: {
    environment: Readonly<Record<string, string | undefined>>
    print: (line: string) => void
  },
): Promise<number> {
  const settings = readSettings(schema, environment)
  const asked = askedFor(args)
  if (asked === undefined) {
    print(usage)
    return 3
  }
  const { what, limit } = asked
  using dead = await deadLettersOf(settings)
  if (dead === undefined) {
    print('This queue has no dead-letter queue.')
    return 4
  }
  if (what === 'look') await look(dead, { limit, print })
  else if (what === 'replay') await replay(dead, { settings, limit, print })
  else {
    await purgeQueue({ ...queueOptions(settings, 1), url: dead.url })
    print('All dead letters are gone.')
  }
  return 0
}

/** Undefined for words that it does not know. */
function askedFor(args: readonly string[]): { what: string; limit: number } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        limit: { type: 'string', default: '10' },
        yes: { type: 'boolean', default: false },
      },
    })
    const limit = Number(values.limit)
    const [what = '', ...rest] = positionals
    const isKnown = what === 'look' || what === 'replay' || (what === 'purge' && values.yes)
    return isKnown && rest.length === 0 && Number.isInteger(limit) && limit >= 1
      ? { what, limit }
      : undefined
  } catch {
    return undefined
  }
}

/** Up to so many messages, oldest first as far as the queue keeps an order. */
async function take(dead: Queue, limit: number): Promise<QueueMessage[]> {
  const taken: QueueMessage[] = []
  while (taken.length < limit) {
    const some = await dead.receive({ wait: patience_s, hidden: hiddenWhileLooking_s })
    if (some.length === 0) break
    taken.push(...some)
  }
  return taken
}

async function look(
  dead: Queue,
  { limit, print }: { limit: number; print: (line: string) => void },
): Promise<void> {
  const taken = await take(dead, limit)
  for (const { id, body, attributes, sentAt } of taken.slice(0, limit)) {
    const chunk = decodeChunk(body)
    print(
      JSON.stringify({
        message_id: id,
        dead_since: new Date(sentAt).toISOString(),
        reason: attributes['reason'] ?? 'moved by the queue',
        records: chunk?.rows ?? 0,
        first: chunk === undefined ? body.slice(0, 200) : firstRecord(chunk.lines),
      }),
    )
  }
  await dead.hide(taken, handedBackAfter_s)
  const { waiting, inFlight } = await dead.depth()
  print(`${waiting + inFlight} dead letters in all.`)
}

function firstRecord(lines: Buffer): Record<string, string | null | undefined> {
  const [line = ''] = lines.toString().split('\n', 1)
  const [id, timestamp, level, service, message] = readCopyLine(line)
  return { id, timestamp, level, service, message: message?.slice(0, 200) }
}

/**
 * Ten at a time, so that the others stay where they are. Each is sent first and deleted then: a crash in between leaves
 * it in both, and it is stored once. No more than there were: what is not mended may be dead again meanwhile.
 */
async function replay(
  dead: Queue,
  {
    settings,
    limit,
    print,
  }: { settings: QueueChoice; limit: number; print: (line: string) => void },
): Promise<void> {
  using queue = openPlainQueue(settings)
  const { waiting, inFlight } = await dead.depth()
  const most = Math.min(limit, waiting + inFlight)
  let count = 0
  try {
    while (count < most) {
      const taken = await dead.receive({ wait: patience_s, hidden: hiddenWhileLooking_s })
      if (taken.length === 0) break
      const chosen = taken.slice(0, most - count)
      await dead.hide(taken.slice(chosen.length), handedBackAfter_s)
      for (const message of chosen) {
        await sendOne(queue, { body: message.body })
        count += 1
        await dead.delete([message])
      }
    }
  } finally {
    print(`${count} dead letters are back in the queue.`)
  }
}
