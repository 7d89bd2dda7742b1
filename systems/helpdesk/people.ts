// People whom the help desk knows already. They come back with a token, as a browser does that was here within
// the last fifteen minutes; logging in is measured apart, with the personas that do.

import { createHmac } from 'node:crypto'
import { minutes, setup } from 'plimsoll'
import { seededUsers, tokenSecret } from './system.ts'

/** A bearer token, and since when it is valid. */
export interface Token {
  readonly text: string
  /** Milliseconds since 1970. */
  readonly minted_ms: number
}

/** Somebody with a token. */
export interface Person {
  /** As the contract has ids: text. */
  readonly id: string
  readonly username: string
  /** The next one takes its place before it ends: runs may last longer than a token. */
  token: Token
  /** A conversation that the person began and an expert has claimed; empty for experts. */
  readonly asked: string
  /** Conversations that the person has claimed; empty for whoever asks. */
  readonly assigned: readonly string[]
}

interface User {
  readonly id: number | string
  readonly username: string
}

const tokenLifetime_s = 900
/** People who are in a conversation; the other seeded ones only have the page open. */
const busyPeople = 200
/** One person in four answers, for the three after. */
const peopleOfOneExpert = 4

/** A token as the service itself signs them. */
export function mintToken({ id, username }: User): Token {
  const minted_ms = Date.now()
  const now = Math.floor(minted_ms / 1_000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { user_id: Number(id), username, iat: now, exp: now + tokenLifetime_s }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  const signature = createHmac('sha256', tokenSecret).update(signed).digest('base64url')
  return { text: `${signed}.${signature}`, minted_ms }
}

/** The header that shows a token. */
export const bearer = ({ text }: Token) => ({ authorization: `Bearer ${text}` })

/** People whom system.ts prepares, each with a token and a conversation that goes on. */
export const people = setup({
  what: `${busyPeople} people with a token each, every one in a conversation with an expert`,
  within: minutes(1),
  async make({ each, http }) {
    const known = await each({ count: busyPeople, atOnce: 32 }, async ({ n, http: own }) => {
      // The name belongs in a token and is not known yet: this one only asks for it.
      own.always(bearer(mintToken({ id: n + 1, username: 'somebody' })))
      const user = (await own.get('/auth/me')).json<User>()
      const token = mintToken(user)
      own.always(bearer(token))
      const isExpert = n % peopleOfOneExpert === 0
      const asked = isExpert ? '' : await ask(own)
      return { id: String(user.id), username: user.username, token, asked }
    })
    return each({ count: known.length, atOnce: 32 }, async ({ n, http: own }): Promise<Person> => {
      const person = known[n]!
      if (person.asked !== '') return { ...person, assigned: [] }
      own.always(bearer(person.token))
      const assigned = known.slice(n + 1, n + peopleOfOneExpert).map(({ asked }) => asked)
      for (const id of assigned) {
        await own.post('/expert/conversations/:id/claim', { params: { id } })
      }
      return { ...person, assigned }
    })

    async function ask(own: typeof http): Promise<string> {
      const title = 'The parcel says delivered and is not here'
      return (await own.post('/conversations', { json: { title } })).json<{ id: string }>().id
    }
  },
})

const quiet = seededUsers - busyPeople

/** People with a tab open and nothing going on. A poll looks at no more than the token. */
export const quietPeople = setup({
  what: `${quiet} people with a token each who only have the page open`,
  within: minutes(1),
  make: async () =>
    Array.from({ length: quiet }, (_, n): Person => {
      const id = String(busyPeople + n + 1)
      const user = { id, username: `user_${id}` }
      return { ...user, token: mintToken(user), asked: '', assigned: [] }
    }),
})

/** People who ask, and people who answer. */
export const isExpert = ({ assigned }: Person): boolean => assigned.length > 0
export const isAsker = (person: Person): boolean => !isExpert(person)

export const openTabs = 10_000

/** Tokens of as many people as tabs are open. Most have nothing to be told, and a poll looks at no more than the token. */
export const tabTokens = setup({
  what: `${openTabs} tokens`,
  within: minutes(1),
  make: async () =>
    Array.from({ length: openTabs }, (_, n): Person => {
      const user = { id: String(n + 1), username: `user_${n + 1}` }
      return { ...user, token: mintToken(user), asked: '', assigned: [] }
    }),
})
