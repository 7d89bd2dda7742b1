// Closed load on one call at a time, from people who are seeded: what a benchmark of a server does, and no user does.

import { hold, persona, seconds, sessions, workload } from 'plimsoll'
import { readActivity } from '../../systems/campaign/activity.ts'
import { seededUsers, tokenSecret } from '../../systems/campaign/system.ts'
import { mintToken, seededPerson } from '../../systems/campaign/tokens.ts'

/** As many as it takes for statements to be shared. */
export const connections = { checkIns: 256, leaderboard: 64 }
const callsPerSession = 20

const days = readActivity(process.env['PLIMSOLL_DATA'])
const tokens = Array.from({ length: seededUsers }, (_, n) =>
  mintToken(seededPerson(n + 1), tokenSecret),
)

const runner = persona({
  why: 'checks in again and again',
  async live({ http, random, session }) {
    http.always({ authorization: `Bearer ${tokens[session % tokens.length]}` })
    for (let n = 0; n < callsPerSession; n += 1) {
      const nonce = random.uuid()
      await http.post('/api/user/upload-post', { json: { content: random.pick(days), nonce } })
    }
  },
})

const watcher = persona({
  why: 'looks at the leaderboard again and again, with a token',
  async live({ http, session }) {
    http.always({ authorization: `Bearer ${tokens[session % tokens.length]}` })
    for (let n = 0; n < callsPerSession; n += 1) await http.get('/api/team/leaderboard/')
  },
})

/** One phase for each call. */
export const calls = workload({
  personas: { runner, watcher },
  mix: { runner: 1, watcher: 1 },
  phases: {
    checkIns: {
      shape: hold({ at: sessions(connections.checkIns), for: seconds(10) }),
      mix: { runner: 1 },
    },
    leaderboard: {
      shape: hold({ at: sessions(connections.leaderboard), for: seconds(10) }),
      mix: { watcher: 1 },
    },
  },
})
