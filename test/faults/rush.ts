// The last minute of the campaign, without the registrations before it: nearly everybody checks in.

import { hold, perSecond, persona, seconds, workload } from 'plimsoll'
import { readActivity } from '../../systems/campaign/activity.ts'
import { seededUsers, tokenSecret } from '../../systems/campaign/system.ts'
import { mintToken, seededPerson } from '../../systems/campaign/tokens.ts'

const days = readActivity(undefined)
const runner = persona({
  why: 'checks in, and sometimes looks at the leaderboard',
  async live({ http, random, session }) {
    const token = mintToken(seededPerson(1 + (session % seededUsers)), tokenSecret)
    http.always({ authorization: `Bearer ${token}` })
    const nonce = random.uuid()
    await http.post('/api/user/upload-post', {
      json: { content: random.pick(days), nonce },
      ledger: { kind: 'checkin', key: nonce },
    })
    if (random.chance(0.1)) await http.get('/api/team/leaderboard/')
  },
})

export const lastMinute = workload({
  personas: { runner },
  mix: { runner: 1 },
  phases: { rushing: { shape: hold({ at: perSecond(400), for: seconds(12) }) } },
})
