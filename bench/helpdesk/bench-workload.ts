// Closed load of empty polls, from one person to the next: what a benchmark of a server does, and no user does.
// The combined poll brings the tag of the last one; the three published polls bring the time of the last ones.

import { readFileSync } from 'node:fs'
import { hold, persona, seconds, sessions, workload } from 'plimsoll'
import { tabsIn, type Tab } from './people-with-tabs.ts'

export const connections = 64
/** Polls of one person before the next one's turn. */
const pollsPerSession = 21
const sinceLastPoll_ms = 5_000

/** Written by the bench before the engine starts. */
const file = process.env['PLIMSOLL_BENCH_TABS'] ?? ''
const tabs: readonly Tab[] = file === '' ? [] : tabsIn(readFileSync(file, 'utf8'))

const tagger = persona({
  why: 'polls for everything at once, with the tag of the last answer',
  async live({ http, session }) {
    const { token, tag } = tabs[session % tabs.length]!
    http.always({ authorization: `Bearer ${token}`, 'if-none-match': tag })
    for (let n = 0; n < pollsPerSession; n += 1) {
      const answer = await http.get('/api/updates')
      if (answer.status === 200) http.always({ 'if-none-match': answer.header('etag') })
    }
  },
})

const dater = persona({
  why: 'makes the three published polls, with the time of the last ones',
  async live({ http, session }) {
    const { id, token } = tabs[session % tabs.length]!
    http.always({ authorization: `Bearer ${token}` })
    for (let n = 0; n < pollsPerSession; n += 3) {
      const since = new Date(Date.now() - sinceLastPoll_ms).toISOString()
      await http.get('/api/conversations/updates', { query: { userId: id, since } })
      await http.get('/api/messages/updates', { query: { userId: id, since } })
      await http.get('/api/expert-queue/updates', { query: { expertId: id, since } })
    }
  },
})

const shape = hold({ at: sessions(connections), for: seconds(1) })

export const polls = workload({
  personas: { tagger, dater },
  mix: { tagger: 1 },
  phases: {
    combined: { shape, mix: { tagger: 1 } },
    published: { shape, mix: { dater: 1 } },
  },
})
