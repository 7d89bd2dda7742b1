// A storm of logins beside people who poll: the polls go on, and who is refused is told when to come back.

import { readMetrics } from '../read-metrics.ts'
import { loginStorm } from '../../systems/helpdesk/workload.ts'
import { figuresOf, playPhase, startLoad, told, type Figures } from '../load.ts'
import { workloads } from './open-tabs.ts'

export interface Storm {
  /** Before the storm. */
  readonly calm: Figures
  readonly polls: Figures
  /** Whoever was let in or told when to come back is ok. */
  readonly logins: Figures
  readonly admitted_per_second: number
  readonly refused_per_second: number
}

/** A hundred tabs arrive per second and make three polls at once; a tenth less is chance. */
export const leastPollsInStorm_per_second = 270

/** Plays the calm, then the storm. */
export async function measureLoginStorm(options: {
  url: string
  seconds: { calm: number; storm: number }
  say: (line: string) => void
}): Promise<Storm> {
  const { url, seconds, say } = options
  const source = { file: workloads, select: 'loginStorm', workload: loginStorm }
  await using load = await startLoad(source, { url, say })
  const isPoll = (action: string) => action.startsWith('GET /api/')
  const calm = await playPhase(load, { phase: 'calm', seconds: seconds.calm, first_session: 0 })
  const before = await loginsOf(url)
  const storm = { phase: 'storm', seconds: seconds.storm, first_session: 1_000_000 }
  const played = await playPhase(load, storm)
  await load.engine.drain({ within_ms: 10_000 })
  const after = await loginsOf(url)
  const found = {
    calm: figuresOf(calm, isPoll),
    polls: figuresOf(played, isPoll),
    logins: figuresOf(played, (action) => !isPoll(action)),
    admitted_per_second: (after.admitted - before.admitted) / seconds.storm,
    refused_per_second: (after.refused - before.refused) / seconds.storm,
  }
  say(`polls before the storm: ${told(found.calm)}; in it: ${told(found.polls)}`)
  say(`logins: ${told(found.logins)}, ${JSON.stringify(load.recorder.reasons)}`)
  return found
}

async function loginsOf(url: string): Promise<{ admitted: number; refused: number }> {
  const metrics = await readMetrics(url)
  const count = (status: number) =>
    metrics.get(`http_requests_total{route="POST /auth/login",status="${status}"}`) ?? 0
  return { admitted: count(200), refused: count(429) + count(503) }
}

export function stormRows(storm: Storm, bound_ms: number) {
  const { calm, polls, logins, admitted_per_second, refused_per_second } = storm
  const row = ({ per_second, p99_ms, not_ok }: Figures) => ({
    by: 'plimsoll',
    per_second: Math.round(per_second),
    p99_ms: Number(p99_ms.toFixed(1)),
    not_ok,
  })
  const verdict = (reached: boolean) => (reached ? 'reached' : 'not reached')
  return [
    { what: 'polls before the storm', ...row(calm), told: '', floor: '' },
    {
      what: 'polls in the storm',
      ...row(polls),
      told: '',
      floor: verdict(
        polls.per_second >= leastPollsInStorm_per_second &&
          polls.p99_ms <= bound_ms &&
          polls.not_ok === 0,
      ),
    },
    {
      what: 'logins in the storm',
      ...row(logins),
      told: `${admitted_per_second.toFixed(1)}/s let in, ${refused_per_second.toFixed(1)}/s refused with Retry-After`,
      floor: verdict(logins.not_ok === 0 && admitted_per_second > 0 && refused_per_second > 0),
    },
  ]
}
