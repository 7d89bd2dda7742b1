// What every visitor of the help desk does, whoever it is: come in, poll, ask, write. The page of the published
// client does it in the same calls.

import { seconds, type SessionTools } from 'plimsoll'
import { bearer, mintToken, type Person, type Token } from './people.ts'

export type Tools = Omit<SessionTools, 'state'>

/** Who is there, and what the page knows. */
export interface Visitor {
  readonly id: string
  readonly username: string
  /** ISO 8601: when the page polled last. */
  since: string
  /** When the token was minted, milliseconds since 1970. */
  minted_ms: number
  /** How to get the next token: with the cookie of a login, or minted like the first. */
  readonly renewal: 'cookie' | 'mint'
  /** A conversation of the visitor's own, to write into; empty: none yet. */
  readonly asked: string
  /** Conversations that an expert may answer in. */
  readonly assigned: readonly string[]
}

interface Entered {
  readonly user: { readonly id: number; readonly username: string }
  readonly token: string
}

/** The page polls so often; what was new since is asked for. */
export const pollPause = { from: seconds(5), to: seconds(5) }
/** A login that takes longer is of no use to anybody: it is cut off, and counts as failed. */
export const loginLimit = seconds(2)
/** Tokens last fifteen minutes and are renewed before. */
const renewAfter_ms = 12 * 60_000

/** Comes back as one of them. */
export function comeBack(tools: Tools, all: readonly Person[]): Visitor {
  return comeBackAs(tools, all[tools.session % all.length]!)
}

/** Comes back with the token of an earlier visit, or with the next one where that will not last. */
export function comeBackAs({ http }: Tools, person: Person): Visitor {
  if (isOld(person.token)) person.token = mintToken(person)
  const { token, ...known } = person
  http.always(bearer(token))
  return { ...known, since: ago(pollPause.to), minted_ms: token.minted_ms, renewal: 'mint' }
}

/** Logs in, and registers when that fails; the name is the password. Undefined: neither went well. */
export async function logIn(tools: Tools, username: string): Promise<Visitor | undefined> {
  const json = { username, password: username }
  const { http } = tools
  const login = await http.post('/auth/login', { json, ok: [200, 401], timeout: loginLimit })
  if (login.status === 401) return register(tools, username)
  return login.outcome === 'ok' ? entered(tools, login.json<Entered>()) : undefined
}

/** Undefined when the name is taken, or the system refused. */
export async function register(tools: Tools, username: string): Promise<Visitor | undefined> {
  const answer = await tools.http.post('/auth/register', {
    json: { username, password: username },
    ok: [201, 422],
    timeout: loginLimit,
    ledger: { kind: 'account', key: username },
  })
  return answer.status === 201 ? entered(tools, answer.json<Entered>()) : undefined
}

function entered({ http, check }: Tools, { user, token }: Entered): Visitor {
  check('the answer brings a user and a token', Number.isInteger(user.id) && token.length > 0)
  const own = justMinted(token)
  http.always(bearer(own))
  const { id, username } = user
  const { minted_ms } = own
  const fresh = { since: ago(pollPause.to), minted_ms, renewal: 'cookie' } as const
  return { id: String(id), username, ...fresh, asked: '', assigned: [] }
}

/**
 * The three polls of the page, which asks for what is new since the last ones, 5 s ago or more. Also where pauses
 * are shortened: who asks for less would be told less.
 */
export async function poll(tools: Tools, visitor: Visitor): Promise<void> {
  const { http, check } = tools
  const { id } = visitor
  const since = earlier(visitor.since, ago(pollPause.to))
  visitor.since = ago(0)
  const conversations = await http.get('/api/conversations/updates', {
    query: { userId: id, since },
  })
  if (conversations.outcome === 'ok') {
    const found = conversations.json<readonly Conversation[]>()
    const isOwn = ({ questionerId, assignedExpertId }: Conversation) =>
      questionerId === id || assignedExpertId === id
    check('every conversation is the caller’s own', found.every(isOwn))
  }
  const messages = await http.get('/api/messages/updates', { query: { userId: id, since } })
  if (messages.outcome === 'ok') {
    const ids = messages.json<readonly Message[]>().map((message) => message.id)
    check('no message is told twice in one answer', new Set(ids).size === ids.length)
  }
  await http.get('/api/expert-queue/updates', { query: { expertId: id, since } })
}

export interface Conversation {
  readonly id: string
  readonly questionerId: string
  readonly assignedExpertId: string | null
}

export interface Message {
  readonly id: string
  readonly senderId: string
  readonly isRead: boolean
}

/** Begins a conversation; undefined when the system refused. */
export async function ask({ http, random }: Tools, { id }: Visitor): Promise<string | undefined> {
  const key = random.uuid()
  const title = `Question ${key}`
  const ledger = { kind: 'conversation', key, about: { user_id: id } }
  const answer = await http.post('/conversations', { json: { title }, ledger })
  return answer.outcome === 'ok' ? answer.json<{ id: string }>().id : undefined
}

/** Writes into a conversation. */
export async function write(
  { http, random }: Tools,
  { id }: Visitor,
  conversationId: string,
): Promise<void> {
  const clientId = random.uuid()
  const content = random.text({ length: random.integer({ from: 20, to: 300 }) })
  await http.post('/messages', {
    json: { conversationId, content, clientId },
    ledger: {
      kind: 'message',
      key: clientId,
      about: { conversation_id: conversationId, sender_id: id },
    },
  })
}

/** A pause, and a new token when the old one will not last. */
export async function pause(
  tools: Tools,
  visitor: Visitor,
  range: Parameters<Tools['think']>[0],
): Promise<void> {
  await tools.think(range)
  if (!isOld(visitor)) return
  const token = visitor.renewal === 'mint' ? mintToken(visitor) : await refreshed(tools)
  if (token === undefined) return
  visitor.minted_ms = token.minted_ms
  tools.http.always(bearer(token))
}

/** The session cookie came with the login. Undefined when the system refused: the next pause tries again. */
async function refreshed({ http }: Tools): Promise<Token | undefined> {
  const answer = await http.post('/auth/refresh')
  return answer.outcome === 'ok' ? justMinted(answer.json<Entered>().token) : undefined
}

function justMinted(text: string): Token {
  return { text, minted_ms: Date.now() }
}

function isOld({ minted_ms }: { readonly minted_ms: number }): boolean {
  return Date.now() - minted_ms >= renewAfter_ms
}

function earlier(one: string, other: string): string {
  return one < other ? one : other
}

function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString()
}
