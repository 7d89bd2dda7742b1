// Closed and open load on messaging: sends under a client_id, as real clients make them, and newest pages of chats
// that have a history.

import { hold, perSecond, persona, seconds, sessions, workload, type Random } from 'plimsoll'
import { readTexts } from '../../systems/messaging/texts.ts'

/** Connections of the closed load of sends. */
export const senders = 192
/** Connections of the closed load of pulls. */
export const pullers = 192
/** Messages per second of the open load: what must be stored in time. */
export const openRate = 7_000
/** As many users as the published test had; every two of them may have a chat. */
export const users = 100
/** Messages of one page. */
export const limit = 20

const texts = readTexts(process.env['PLIMSOLL_DATA'])

/** The chats of the bench: each of these users with each other. */
export const chats: readonly string[] = Array.from({ length: users }, (_, first) =>
  Array.from({ length: first }, (_, second) =>
    [nameOf(second), nameOf(first)].toSorted().join(':'),
  ),
).flat()

function nameOf(n: number): string {
  return `bench${n}`
}

function message(random: Random, client_id: string) {
  const chat = random.pick(chats)
  return {
    json: { chat, sender: chat.slice(0, chat.indexOf(':')), text: random.pick(texts), client_id },
  }
}

const sender = persona({
  why: 'one message after the other on one connection',
  async live({ http, random, session }) {
    for (let n = 0; n < 50; n += 1) await http.post('/api/send', message(random, `${session}-${n}`))
  },
})

const one = persona({
  why: 'one message when it is due',
  async live({ http, random, session }) {
    await http.post('/api/send', message(random, `${session}`))
  },
})

const puller = persona({
  why: 'opens one chat after the other: its newest page',
  async live({ http, random }) {
    for (let n = 0; n < 50; n += 1) {
      await http.get('/api/pull', { query: { chat: random.pick(chats), limit, reverse: true } })
    }
  },
})

const none = { sender: 0, one: 0, puller: 0 }
const second = seconds(1)

export const bench = workload({
  personas: { sender, one, puller },
  mix: { ...none, sender: 1 },
  phases: {
    send: { shape: hold({ at: sessions(senders), for: second }), mix: { ...none, sender: 1 } },
    open: { shape: hold({ at: perSecond(openRate), for: second }), mix: { ...none, one: 1 } },
    pull: { shape: hold({ at: sessions(pullers), for: second }), mix: { ...none, puller: 1 } },
  },
})
