// `abcd-sample`: JSON, often one single line; each conversation a list of [speaker, text] by an agent, a customer
// and the shop's software ("action"). What the software did nobody said: those turns are not taken. The agents
// have no names, so there is one.

import { join } from 'node:path'
import { unusableInput, type Refusal } from '@plimsoll/service'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

import { strictText, whyNot, type DataSet, type Piece } from './data-set.ts'
import { filesLike } from './files-like.ts'
import { JsonObjects } from './json-objects.ts'
import { readChunks } from './read-lines.ts'
import type { Turn } from './transcript.ts'

const longestConversation = 1_048_576
const agent = 'abcd_agent'

const Conversation = Type.Object({
  convo_id: Type.Integer(),
  scenario: Type.Object({
    personal: Type.Object({ username: Type.Optional(Type.String({ maxLength: 100 })) }),
  }),
  original: Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), { minItems: 1 }),
})

/** The data set. */
export const abcd: DataSet = {
  name: 'abcd-sample',
  row: 'turn',
  async *read(folder) {
    const files = await filesLike(folder, { pattern: /\.json$/i, expected: 'a JSON file' })
    for (const file of files) yield* readFile(folder, file)
  },
}

async function* readFile(folder: string, file: string): AsyncGenerator<Piece> {
  const path = join(folder, file)
  const objects = new JsonObjects()
  let found = 0
  for await (const chunk of readChunks(path)) {
    for (const json of objects.push(chunk)) {
      found += 1
      yield pieceOf(json, { file, line: objects.line })
    }
    if (objects.pending > longestConversation) {
      throw unusableInput(`${path} line ${objects.line}: a conversation is longer than 1 MiB.`)
    }
  }
  if (!objects.isComplete) {
    throw unusableInput(`${path} ends inside a conversation or a list. Was the file cut off?`)
  }
  if (found === 0) {
    throw unusableInput(`${path}: expected a list of conversations in JSON, found none.`)
  }
}

function pieceOf(json: string, where: { readonly file: string; readonly line: number }): Piece {
  const conversation = conversationIn(json)
  if (typeof conversation === 'string') {
    return {
      rows: 0,
      refused: [{ ...where, reason: conversation, fields: [json.slice(0, 1_000)] }],
    }
  }
  const { convo_id, scenario, original } = conversation
  const username = scenario.personal.username?.trim() ?? ''
  const asker = `abcd_${username === '' ? convo_id : username}`
  const turns: Turn[] = []
  const refused: Refusal[] = []
  for (const [speaker = '', text = ''] of original) {
    const reason =
      speaker === 'action'
        ? 'an action of the software of the shop, which nobody said'
        : speaker === 'agent' || speaker === 'customer'
          ? whyNot(text)
          : 'the speaker is not agent, customer or action'
    if (reason === undefined) turns.push({ by: speaker === 'agent' ? agent : asker, text })
    else refused.push({ ...where, reason: bytesOf(reason), fields: [speaker, text].map(bytesOf) })
  }
  if (!turns.some(({ by }) => by === asker)) {
    const reason = 'a conversation in which the customer says nothing'
    const unsaid = turns.map(({ by, text }) => ({
      ...where,
      reason,
      fields: [by, text].map(bytesOf),
    }))
    return { rows: 0, refused: [...refused, ...unsaid] }
  }
  return { rows: turns.length, transcript: { key: String(convo_id), asker, turns }, refused, where }
}

/** The conversation, or why it is none. */
function conversationIn(json: string): Static<typeof Conversation> | string {
  const text = strictText(Buffer.from(json, 'latin1'))
  if (text === undefined) return 'a conversation that is not UTF-8'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'a conversation that is not JSON'
  }
  if (Value.Check(Conversation, value)) return value
  const [{ instancePath, message } = { instancePath: '', message: 'is not as expected' }] =
    Value.Errors(Conversation, value)
  return `a conversation whose ${instancePath === '' ? 'root' : instancePath.slice(1)} ${message}`
}

/** As the file of refused rows takes it: one character per byte. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}
