// Everybody who uses the help desk: personas, their tasks, and why with these weights. Weights and pauses are those of
// the published load tests, which counted users: here a session is what one of them does in about ten seconds, and
// sessions begin in these proportions, so that a step of the search settles soon.

import { persona, seconds, type Persona, type SessionTools, type Task } from 'plimsoll'
import { isAsker, isExpert, people, quietPeople, tabTokens, type Person } from './people.ts'
import {
  ask,
  comeBack,
  comeBackAs,
  logIn,
  loginLimit,
  pause,
  poll,
  pollPause,
  register,
  write,
  type Conversation,
  type Message,
  type Tools,
  type Visitor,
} from './visit.ts'

/** Names that idle tabs log in with, and register when there is no such user yet. */
const names = 10_000

const newUserPause = { from: seconds(1), to: seconds(3) }
const activePause = { from: seconds(1), to: seconds(5) }
const expertPause = { from: seconds(2), to: seconds(8) }

/** How much of a visit a session plays. */
export interface Extent {
  /** Rounds of polls of an idle tab. */
  readonly rounds: number
  /** Tasks of an active user and of an expert. */
  readonly activeTasks: number
  readonly expertTasks: number
  /** Which share of sessions begins with a login; the others come back with a token. */
  readonly logins: number
}

/**
 * Ten seconds of a visit of five minutes, as the published tests played it: one session in thirty is the first
 * of its visit, and logs in.
 */
export const tenSeconds: Extent = { rounds: 2, activeTasks: 3, expertTasks: 2, logins: 1 / 30 }
/** Five minutes, from the login on. */
export const wholeVisit: Extent = { rounds: 60, activeTasks: 100, expertTasks: 60, logins: 1 }

/** Somebody on the first visit. */
export function newUser({ logins }: Extent): Persona<Visitor | undefined> {
  return persona({
    why: 'one in seventeen is here for the first time: registers once, asks a question and looks for an answer',
    start: async (tools) =>
      tools.random.chance(logins)
        ? register(tools, `new_${tools.session}_${tools.random.uuid().slice(0, 8)}`)
        : comeBack(tools, tools.given(people).filter(isAsker)),
    async live(tools) {
      const me = tools.state
      if (me === undefined) return
      await pause(tools, me, newUserPause)
      const id = await ask(tools, me)
      if (id === undefined) return
      await pause(tools, me, newUserPause)
      await write(tools, me, id)
      await pause(tools, me, newUserPause)
      await poll(tools, me)
      await pause(tools, me, newUserPause)
      await tools.http.get('/conversations/:id/messages', { params: { id } })
    },
  })
}

/** An open tab that nobody looks at. */
export function idleTab({ rounds, logins }: Extent): Persona<Visitor | undefined> {
  return persona({
    why: 'ten in seventeen only have the page open: three polls every 5 s, most of which have nothing to tell',
    async start(tools) {
      const { random, session } = tools
      if (random.chance(logins)) return logIn(tools, `user_${1 + (session % names)}`)
      return comeBack(tools, tools.given(quietPeople))
    },
    async live(tools) {
      const me = tools.state
      if (me === undefined) return
      for (let round = 0; round < rounds; round += 1) {
        if (round > 0) await pause(tools, me, pollPause)
        await poll(tools, me)
      }
    },
  })
}

const activeTasks = {
  list: { weight: 4, why: 'every visit to the page begins with the list, and comes back to it' },
  create: { weight: 3, why: 'the published range is 2 to 4: a new question now and then' },
  send: { weight: 7, why: 'writing is what they are here for' },
  read: { weight: 5, why: 'who writes reads the answers, though not after each line' },
  poll: {
    weight: 2,
    why: 'the page polls while they type; seldom, because they do not wait for it',
  },
  markRead: { weight: 1, why: 'the page marks a conversation read once when it is opened' },
} satisfies Record<string, Task>

/** Somebody in a conversation. */
export function activeUser({ activeTasks: count, logins }: Extent): Persona<Visitor | undefined> {
  return persona({
    why: 'four in seventeen are in a conversation: the middle of the published 3 to 5',
    tasks: activeTasks,
    start: (tools) => arrive(tools, { logins, fits: isAsker }),
    async live(tools) {
      const me = tools.state
      if (me === undefined) return
      for (let done = 0; done < count; done += 1) {
        if (done > 0) await pause(tools, me, activePause)
        await active[tools.random.weighted(activeTasks)](tools, me)
      }
    },
  })
}

type Doing = (tools: Tools, me: Visitor) => Promise<unknown>

const active: Readonly<Record<keyof typeof activeTasks, Doing>> = {
  list: ({ http }) => http.get('/conversations'),
  create: ask,
  async send(tools, me) {
    const id = me.asked === '' ? await ask(tools, me) : me.asked
    if (id !== undefined) await write(tools, me, id)
  },
  read: (tools, me) => read(tools, me),
  poll,
  async markRead(tools, me) {
    const messages = await read(tools, me)
    const unread = messages.findLast((message) => message.senderId !== me.id && !message.isRead)
    if (unread !== undefined)
      await tools.http.put('/messages/:id/read', { params: { id: unread.id } })
  },
}

/** The messages of the visitor's own conversation. */
async function read({ http }: Tools, { asked }: Visitor): Promise<readonly Message[]> {
  if (asked === '') {
    await http.get('/conversations')
    return []
  }
  const answer = await http.get('/conversations/:id/messages', { params: { id: asked } })
  return answer.outcome === 'ok' ? answer.json<readonly Message[]>() : []
}

const expertTasks = {
  answerQueue: {
    weight: 5,
    why: 'looking at the queue and answering what is theirs is the routine',
  },
  claim: { weight: 3, why: 'a new conversation for every two or three answers' },
  reply: { weight: 7, why: 'most of the work is in conversations that go on' },
  poll: { weight: 2, why: 'the page polls while they type' },
  unclaim: { weight: 2, why: 'some questions turn out to be for somebody else' },
  profile: { weight: 1, why: 'seldom, and never urgent' },
  history: { weight: 1, why: 'seldom, and never urgent' },
} satisfies Record<string, Task>

/** Somebody who answers. */
export function expert({ expertTasks: count, logins }: Extent): Persona<Visitor | undefined> {
  return persona({
    why: 'two in seventeen answer: half as many as ask, since each is in several conversations',
    tasks: expertTasks,
    start: (tools) => arrive(tools, { logins, fits: isExpert }),
    async live(tools) {
      const me = tools.state
      if (me === undefined) return
      const claimed: string[] = []
      for (let done = 0; done < count; done += 1) {
        if (done > 0) await pause(tools, me, expertPause)
        await answering[tools.random.weighted(expertTasks)](tools, me, claimed)
      }
    },
  })
}

type Answering = (tools: Tools, me: Visitor, claimed: string[]) => Promise<unknown>

const answering: Readonly<Record<keyof typeof expertTasks, Answering>> = {
  async answerQueue(tools, me, claimed) {
    await tools.http.get('/expert/queue')
    await reply(tools, me, claimed)
  },
  claim,
  reply,
  poll,
  async unclaim(tools, me, claimed) {
    if (claimed.length === 0) await claim(tools, me, claimed)
    const id = claimed.pop()
    if (id === undefined) return
    await tools.http.post('/expert/conversations/:id/unclaim', { params: { id } })
  },
  profile: ({ http, random }) =>
    random.chance(0.8)
      ? http.get('/expert/profile')
      : http.put('/expert/profile', { json: { bio: random.text({ length: 80 }) } }),
  history: ({ http }) => http.get('/expert/assignments/history'),
}

/** Takes one of the oldest that wait. Somebody else may be quicker, which is the contract and no failure. */
async function claim({ http, random }: Tools, me: Visitor, claimed: string[]): Promise<void> {
  const queue = await http.get('/expert/queue')
  if (queue.outcome !== 'ok') return
  const { waitingConversations } = queue.json<{ waitingConversations: readonly Conversation[] }>()
  const others = waitingConversations.filter(({ questionerId }) => questionerId !== me.id)
  if (others.length === 0) return
  const { id } = random.pick(others)
  const answer = await http.post('/expert/conversations/:id/claim', {
    params: { id },
    ok: [200, 422],
    ledger: {
      kind: 'claim',
      key: random.uuid(),
      about: { conversation_id: id, expert_id: me.id },
    },
  })
  if (answer.status === 200) claimed.push(id)
}

async function reply(tools: Tools, me: Visitor, claimed: readonly string[]): Promise<void> {
  const own = [...me.assigned, ...claimed]
  if (own.length > 0) await write(tools, me, tools.random.pick(own))
}

/** Comes back with a token, or logs in under the name of somebody who has been here. */
async function arrive(
  tools: Tools,
  { logins, fits }: { logins: number; fits: (person: Person) => boolean },
): Promise<Visitor | undefined> {
  const { random, given, session } = tools
  const all = given(people).filter(fits)
  if (!random.chance(logins)) return comeBack(tools, all)
  const { username, asked, assigned } = all[session % all.length]!
  const me = await logIn(tools, username)
  return me === undefined ? undefined : { ...me, asked, assigned }
}

/** One of many open tabs: its token was minted in the set-up, and its connection is its own. */
export const openTab = persona({
  why: 'an open tab costs three polls every 5 s and a connection, whether anybody looks or not',
  connections: 'own',
  async live(tools: SessionTools<undefined>) {
    const me = comeBackAs(tools, tools.own(tools.given(tabTokens)))
    for (let round = 0; round < wholeVisit.rounds; round += 1) {
      if (round > 0) await pause(tools, me, pollPause)
      await poll(tools, me)
    }
  },
})

/** Everybody logs in at once, as after an outage. What is beyond capacity is told when to come back. */
export const stormer = persona({
  why: 'after an outage everybody logs in again: one login, and no patience',
  async live({ http, session, check, given }) {
    const all = given(people)
    const { username } = all[session % all.length]!
    const answer = await http.post('/auth/login', {
      json: { username, password: username },
      ok: [200, 429, 503],
      timeout: loginLimit,
    })
    if (answer.status === 429 || answer.status === 503) {
      check('a refusal says when to come back', answer.header('retry-after') !== undefined)
    }
  },
})
