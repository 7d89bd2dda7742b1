// Who sends and who reads: the three tests that this system is known by (send, pull, both between a hundred users),
// with real texts, and programs that do not wait.

import process from 'node:process'
import { hold, perSecond, persona, seconds, sessions, workload, type Random } from 'plimsoll'
import { readTexts } from './texts.ts'

/** Users, and so 4,950 chats. */
export const users = 100

const texts = readTexts(process.env['PLIMSOLL_DATA'])
const wordsOfLong = 100

/** Two different users, the first of whom sends. */
function twoOf(random: Random) {
  const first = random.integer({ from: 0, to: users - 1 })
  const step = random.integer({ from: 1, to: users - 1 })
  const sender = `user${first}`
  return { sender, chat: `${sender}:user${(first + step) % users}` }
}

/** A message under a name of its own, by which it is found again. */
function message(random: Random, text: string) {
  const { sender, chat } = twoOf(random)
  const key = random.uuid()
  return { json: { chat, sender, text, client_id: key }, ledger: { kind: 'message', key } }
}

/** As many words as the published test sent. */
function longText(random: Random): string {
  const words: string[] = []
  while (words.length < wordsOfLong) words.push(...random.pick(texts).split(/\s+/))
  return words.slice(0, wordsOfLong).join(' ')
}

export const sender = persona({
  why: 'sends a short message when there is something to say, however slow the answers are',
  async live({ http, random }) {
    await http.post('/api/send', message(random, random.pick(texts)))
  },
})

export const writer = persona({
  why: 'sends a hundred words, as the published test did',
  async live({ http, random }) {
    await http.post('/api/send', message(random, longText(random)))
  },
})

export const puller = persona({
  why: 'opens a chat: its newest page',
  async live({ http, random }) {
    const { chat } = twoOf(random)
    await http.get('/api/pull', { query: { chat, limit: 20, reverse: true } })
  },
})

export const chatter = persona({
  why: 'says something and looks at the chat, one send and one pull between two of a hundred users',
  async live({ http, random }) {
    const sent = message(random, random.pick(texts))
    await http.post('/api/send', sent)
    await http.get('/api/pull', { query: { chat: sent.json.chat, limit: 20, reverse: true } })
  },
})

const personas = { sender, writer, puller, chatter }
const nobody = { sender: 0, writer: 0, puller: 0, chatter: 0 }
const steadily = (rate: number, length: number) => ({
  shape: hold({ at: perSecond(rate), for: seconds(length) }),
})

/** 50, 1,000 and 5,000 messages a second, one of ten a long one. */
export const send = workload({
  personas,
  mix: { ...nobody, sender: 9, writer: 1 },
  phases: { low: steadily(50, 20), middle: steadily(1_000, 20), high: steadily(5_000, 20) },
})

/** 50, 150 and 500 pages a second. */
export const pull = workload({
  personas,
  mix: { ...nobody, puller: 1 },
  phases: { low: steadily(50, 20), middle: steadily(150, 20), high: steadily(500, 20) },
})

/** A hundred people who chat without a pause. */
export const chats = workload({
  personas,
  mix: { ...nobody, chatter: 1 },
  phases: { chatting: { shape: hold({ at: sessions(100), for: seconds(60) }) } },
})

/**
 * What the experiments play. Most say something and look, as the published test did; a fifth only look, because a
 * message is read where it was not written; a tenth only send, as programs do, and one of five of those at length.
 */
export const mixed = workload({
  personas,
  mix: { ...nobody, chatter: 70, puller: 20, sender: 8, writer: 2 },
  phases: {
    warmUp: { ...steadily(50, 10), measured: false },
    steady: { ...steadily(200, 60), loadLine: true },
  },
})
