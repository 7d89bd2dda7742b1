// The one persona of the campaign: registers, logs in, and does what the phase is about. In the phases of the step and of the
// spike people come back with a token, as a browser does that was here before: a thousand who register within a second
// would measure nothing but the hashing of passwords.

import process from 'node:process'
import { persona, seconds, type Answer, type SessionTools, type Task } from 'plimsoll'
import { readActivity } from './activity.ts'
import { readImages } from './images.ts'
import { seededUsers, tokenSecret } from './system.ts'
import { mintToken, seededPassword, seededPerson } from './tokens.ts'

const think = { from: seconds(1), to: seconds(5) }
const retry = { from: seconds(1), to: seconds(2) }
/** Registration and login have a service level of their own. */
const entranceLimit = seconds(5)
const entranceTries = 5
/** Things done in a visit that begins in this phase. A rush of 140 s has 47 of them, 3 s apart: nobody leaves before it is over. */
const wholeRush = 47
const visits: Readonly<Record<string, number>> = {
  early: wholeRush,
  mid: wholeRush,
  final: wholeRush,
  postFinal: wholeRush,
  last: wholeRush,
  step: wholeRush,
}
/** Of everybody else: a spike is over when it is over. */
const briefVisit = 7
/** Without a pause, where nobody is timed. */
const warmUpVisit = 3
/** One check-in in ten is followed by a look for it. */
const looks = 0.1
/** Few send an image along: to decode it is far more work than a check-in. */
const pictured = 0.005
/** Of images, those that must be refused. */
const unfit = 0.1

const days = readActivity(process.env['PLIMSOLL_DATA'])
const images = readImages(process.env['PLIMSOLL_DATA'])

const tasks = {
  leaderboard: {
    weight: 5,
    why: 'where do we stand: the first thing to look at, and less the later it gets',
  },
  join: { weight: 2, why: 'looks at the teams and joins one; nobody does in the last minute' },
  create: { weight: 2, why: 'a team of one’s own, in the beginning' },
  checkIn: { weight: 2, why: 'what counts: more and more, and nearly nothing else in the end' },
  login: { weight: 0, why: 'somebody’s token ended just now' },
} satisfies Record<string, Task>

type Weights = Readonly<Record<keyof typeof tasks, number>>

/** How often they do what, by phase: as published, where it was meant and never came to be. */
export const weightsOf: Readonly<Record<string, Weights>> = {
  early: { leaderboard: 5, join: 2, create: 2, checkIn: 2, login: 0 },
  mid: { leaderboard: 3, join: 3, create: 2, checkIn: 3, login: 0 },
  final: { leaderboard: 1, join: 2, create: 2, checkIn: 8, login: 0 },
  postFinal: { leaderboard: 1, join: 1, create: 0, checkIn: 6, login: 0 },
  last: { leaderboard: 2, join: 1, create: 0, checkIn: 32, login: 1 },
}
/**
 * Of every other phase. What was published has no step and no spike: there only the number of people changes, and what
 * they do is what they do in the rush's last minute. Visitors of a warm-up do the same.
 */
const elsewhere = weightsOf['last'] as Weights

/** Who takes part. */
interface Participant {
  readonly user_name: string
  readonly password: string
}

type Tools = Omit<SessionTools, 'state'>
type Doing = (tools: Tools, me: Participant) => Promise<unknown>

const doing: Readonly<Record<keyof typeof tasks, Doing>> = {
  leaderboard: async ({ http, check }) => {
    const answer = await http.get('/api/team/leaderboard/')
    if (answer.outcome !== 'ok') return
    const ranks = answer.json<readonly { rank: number }[]>().map(({ rank }) => rank)
    check(
      'ranks go up by one',
      ranks.every((rank, i) => rank === i + 1),
    )
  },
  join: async (tools) => {
    const { http, random } = tools
    const answer = await http.get('/api/team/all-teams/')
    if (answer.outcome !== 'ok') return
    const teams = answer.json<readonly { name: string }[]>()
    if (teams.length === 0) return
    const json = { team_name: random.pick(teams).name }
    // Who is a member already, or of as many teams as one may be, is told so.
    heed(tools, await http.post('/api/team/join-team/', { json, ok: [200, 400, 409] }))
  },
  create: async (tools) => {
    const { http, random, session } = tools
    const team_name = `Team ${session} ${random.uuid().slice(0, 8)}`
    heed(tools, await http.post('/api/team/create-team/', { json: { team_name } }))
  },
  checkIn: async (tools, { user_name }) => {
    const { http, random, check } = tools
    const nonce = random.uuid()
    const fields = { content: random.pick(days), nonce }
    const hasImage = random.chance(pictured)
    if (hasImage && random.chance(unfit)) return await beRefused(tools, fields)
    const answer = await http.post('/api/user/upload-post', {
      ...(hasImage
        ? { multipart: { ...fields, image: random.pick(images.taken) } }
        : { json: fields }),
      ledger: { kind: 'checkin', key: nonce, about: { user_name } },
    })
    heed(tools, answer)
    if (answer.outcome !== 'ok' || !random.chance(looks)) return
    const { checkin_id } = answer.json<{ checkin_id: number }>()
    const feed = await http.get('/api/post/posts/', { query: { limit: 100 } })
    if (feed.outcome !== 'ok') return
    const ids = feed.json<readonly { id: number }[]>().map(({ id }) => id)
    // A hundred newer ones may have come meanwhile.
    check(
      'one’s own check-in is in the next feed',
      ids.includes(checkin_id) || ids.every((id) => id > checkin_id),
    )
  },
  login: (tools, me) => logIn(tools, me),
}

/** Somebody who takes part. */
export const participant = persona({
  why: 'everybody does the same, only ever more of the check-ins: 1 to 5 s between two things',
  tasks,
  start: (tools) => (isNew(tools.phase()) ? arrive(tools) : comeBack(tools)),
  async live(tools) {
    const { state: me, random, phase } = tools
    if (me === undefined) return
    const first = phase()
    const tasks = first === undefined ? warmUpVisit : (visits[first] ?? briefVisit)
    for (let done = 0; done < tasks; done += 1) {
      if (first !== undefined) await tools.think(think)
      await doing[random.weighted(weightsOf[phase() ?? ''] ?? elsewhere)](tools, me)
    }
  },
})

function isNew(phase: string | undefined): boolean {
  return phase !== undefined && Object.hasOwn(weightsOf, phase)
}

/** Registers and logs in, again where there was no room for it; undefined when there was none at all. */
async function arrive(tools: Tools): Promise<Participant | undefined> {
  const { http, random, session } = tools
  const user_name = `runner_${session}_${random.uuid().slice(0, 8)}`
  const me = { user_name, password: random.uuid() }
  const json = { ...me, is_old_customer: random.chance(0.5) }
  // Whoever had no answer may be registered: then the name is taken, by themselves.
  let isUnsure = false
  const registered = await again(tools, async () => {
    const ok = isUnsure ? [200, 400] : [200]
    const answer = await http.post('/api/auth/register', { json, timeout: entranceLimit, ok })
    isUnsure ||= answer.outcome === 'unknown'
    return answer
  })
  if (!registered) return undefined
  return (await again(tools, () => logIn(tools, me))) ? me : undefined
}

/** What is corrupt, or could run in a browser, is no image: nothing is stored. */
async function beRefused(
  { http, random }: Tools,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const multipart = { ...fields, image: random.pick(images.refused) }
  await http.post('/api/user/upload-post', { multipart, ok: [400] })
}

/** Says in every later request up to where one has written, as the site does: so the replica can answer one's reads. */
function heed({ http }: Tools, answer: Answer): void {
  const position = answer.header('write-position')
  if (position !== undefined) http.always({ 'write-position': position })
}

async function logIn({ http }: Tools, json: Participant) {
  const answer = await http.post('/api/auth/login', { json, timeout: entranceLimit })
  if (answer.outcome === 'ok') {
    http.always({ authorization: `Bearer ${answer.json<{ access_token: string }>().access_token}` })
  }
  return answer
}

async function again(
  { think: pause }: Tools,
  attempt: () => Promise<{ readonly outcome: string }>,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    if ((await attempt()).outcome === 'ok') return true
    if (tries === entranceTries) return false
    await pause(retry)
  }
}

async function comeBack({ http, session }: Tools): Promise<Participant> {
  const person = seededPerson(1 + (session % seededUsers))
  http.always({ authorization: `Bearer ${mintToken(person, tokenSecret)}` })
  return { user_name: person.user_name, password: seededPassword }
}
