// `helpdesk seed`: people and conversations, so that load has something to read. Everything is written by the
// statements that serve requests, so that feeds, counters and versions are what they would have been.

import { parseArgs } from 'node:util'
import {
  Coalescer,
  Database,
  databaseSettings,
  newSession,
  Passwords,
  readSettings,
} from '@plimsoll/service'
import { Type } from 'typebox'

import { openUsers, type User, type Users } from '../auth/user-store.ts'
import { openConversations } from '../conversations/conversation-store.ts'
import { session } from '../create-helpdesk.ts'
import { openClaims } from '../expert/claim-store.ts'
import { openSending } from '../messages/send-store.ts'
import { unusableInput } from './unusable-input.ts'
import { wordingOf } from './wording.ts'

const schema = Type.Object({ DATABASE_URL: databaseSettings.DATABASE_URL })
const hashesAtOnce = 3
const enoughForSeeding = 1_000_000
const oneHour_ms = 3_600_000
const atOnce = 64

/**
 * Adds `user_1`, `user_2`, …, each with its name as its password, and conversations between them: the first
 * three quarters are answered, one quarter waits. Users that are there stay as they are.
 */
export async function seedCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
): Promise<number> {
  const wanted = numbersIn(args)
  const { DATABASE_URL: url } = readSettings(schema, environment)
  await using database = new Database({
    url,
    name: 'helpdesk seed',
    size: 4,
    connectTimeout: 5_000,
    statementTimeout: 60_000,
    session,
    onError: () => undefined,
  })
  using coalescer = new Coalescer({
    connections: database,
    queueLimit: enoughForSeeding,
    queueTimeout: oneHour_ms,
  })
  const users = await addUsers(openUsers(coalescer), wanted.users)
  await addConversations(coalescer, users, wanted.conversations)
  print(`${users.length} users, ${users.length === 0 ? 0 : wanted.conversations} conversations`)
  return 0
}

async function addUsers(users: Users, count: number): Promise<User[]> {
  const passwords = new Passwords({
    concurrency: hashesAtOnce,
    queueLimit: count,
    queueTimeout: oneHour_ms,
  })
  const names = Array.from({ length: count }, (_, i) => `user_${i + 1}`)
  const added = await Promise.all(
    names.map(async (name) => {
      const digest = await passwords.hash(name)
      return await users.register(name, digest, newSession().key.toString('hex'), 1)
    }),
  )
  return added.filter((user) => user !== undefined)
}

/** Conversation n is the question of one user and is answered by the next. */
async function addConversations(
  coalescer: Coalescer,
  users: readonly User[],
  count: number,
): Promise<void> {
  const listener = { learn: () => undefined }
  const conversations = openConversations(coalescer, listener)
  const claims = openClaims({ coalescer, listener, lease_ms: oneHour_ms })
  const send = openSending(coalescer, { listener, lease_ms: oneHour_ms })
  const addOne = async (n: number) => {
    const asker = users[n % users.length]
    const expert = users[(n + 1) % users.length]
    if (asker === undefined || expert === undefined || asker === expert) return
    const { title, question, answers } = wordingOf(n)
    const { id: user_id, username } = asker
    const made = await conversations.create({ user_id, username, title })
    if (made === undefined) return
    const say = ({ id: sender_id, username: sender_username }: User, content: string) =>
      send({ conversation_id: made.id, sender_id, sender_username, content, client_id: null })
    await say(asker, question)
    if (n % 4 === 3) return
    await claims.claim(expert, made.id)
    for (const [i, text] of answers.entries()) await say(i % 2 === 0 ? expert : asker, text)
    if (n % 4 !== 0) await claims.resolve(asker.id, made.id, (n % 5) + 1)
  }
  let next = 0
  const worker = async () => {
    while (next < count) await addOne(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function numbersIn(args: readonly string[]): { users: number; conversations: number } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: 'string', default: '200' },
      conversations: { type: 'string', default: '1000' },
    },
  })
  const number = (name: string, text: string, most: number) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= 0 && value <= most) return value
    throw unusableInput(`--${name}: expected a whole number from 0 to ${most}, found "${text}".`)
  }
  return {
    users: number('users', values.users, 10_000),
    conversations: number('conversations', values.conversations, 1_000_000),
  }
}
