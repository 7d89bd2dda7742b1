// Imports into a real database, looked at through the front door: our samples with their quirks, the public data
// sets where they are, bad input, and doing it again.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EventEmitter } from 'node:events'
import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { needsData } from '../../../../test/optional-part.ts'
import {
  call,
  callerAt,
  runHelpdesk,
  type Json,
  type RunningHelpdesk,
} from '../../test/running-helpdesk.ts'
import { startProcess } from '../../test/helpdesk-process.ts'
import { importCommand } from './import-command.ts'

const samples = fileURLToPath(new URL('../../../../examples/data/helpdesk', import.meta.url))
let host: PostgresHost
let helpdesk: RunningHelpdesk
let folder = ''

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host)
  folder = mkdtempSync(join(tmpdir(), 'helpdesk-import-'))
})

afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function imported(args: readonly string[], environment: Record<string, string> = {}) {
  const said = { out: '', err: '' }
  const terminal = Object.assign(new EventEmitter(), {
    env: { DATABASE_URL: helpdesk.database.url, ...environment },
    stdout: { write: (text: string) => (said.out += text) },
    stderr: { write: (text: string) => (said.err += text) },
  })
  const rejected = join(folder, 'rejected.csv')
  const code = await importCommand([...args, '--rejected', rejected], terminal, Date.now)
  return { code, ...said, rejected: () => readFileSync(rejected, 'utf8') }
}

async function loggedIn(username: string) {
  const json = { username, password: 'sesame' }
  const { status, body, headers } = await call(`${helpdesk.url}/auth/login`, {
    method: 'POST',
    json,
  })
  expect(status).toBe(200)
  const cookie = headers.get('set-cookie') ?? ''
  return callerAt(helpdesk.url, { id: String(body.user.id), username, token: body.token, cookie })
}

/** Kept figures against what they are the figures of, over the whole database. */
async function expectKept() {
  const wrong = await helpdesk.sql(`
    select c.id from conversations c left join lateral (
      select count(*) as n, max(created_at) as last,
        count(*) filter (where sender_role = 'expert' and not is_read) as of_initiator,
        count(*) filter (where sender_role = 'initiator' and not is_read) as of_expert
      from messages where conversation_id = c.id
    ) m on true
    where c.last_seq <> m.n or c.last_message_at is distinct from m.last
      or c.unread_initiator <> m.of_initiator or c.unread_expert <> m.of_expert`)
  expect(wrong).toEqual([])
  const [queue] = await helpdesk.sql(`
    select count(*) as missing from conversations where status = 'waiting' and queue_changed_by is null`)
  expect(queue).toEqual({ missing: '0' })
}

test('a chat room becomes the conversations that its annotations tell, changing hands and all', async () => {
  const { code, out, rejected } = await imported([
    'stripe-irc-support',
    join(samples, 'stripe-irc-support'),
    '--password',
    'sesame',
  ])
  expect(code).toBe(0)
  expect(out).toContain('4 conversations added')
  expect(out).toContain('12 lines read: 9 taken, 0 there from before, 3 rejected')
  expect(rejected()).toContain('"room.1.ascii.txt",1,"belongs to no conversation that is known')
  expect(rejected()).toContain('"room.1.ascii.txt",10,"is not of the form')
  expect(rejected()).toContain('"room.1.ascii.txt",11,"nothing is said')
  const asker = await loggedIn('Hel-p')
  const [conversation, ...others] = (await asker.get('/conversations')).body
  expect(others).toEqual([])
  expect(conversation).toMatchObject({
    status: 'resolved',
    questionerUsername: 'Hel-p',
    assignedExpertUsername: 'agent_w1z',
    createdAt: '2019-10-07T15:09:12.000000Z',
    lastMessageAt: '2019-10-07T15:11:36.000000Z',
    unreadCount: 0,
  })
  const messages: Json[] = (await asker.get(`/conversations/${conversation.id}/messages`)).body
  expect(
    messages.map(({ senderUsername, senderRole }) => `${senderUsername} ${senderRole}`),
  ).toEqual([
    'Hel-p initiator',
    'Hel-p initiator',
    'agent_hpar expert',
    'agent_w1z expert',
    'Hel-p initiator',
  ])
  expect(messages[0].content).toMatch(
    /`charge\.create` <only> runs once a minute & the page shows nothing until$/,
  )
  expect(messages[1].timestamp).toBe('2019-10-07T15:09:12.000001Z')
  expect(messages[4].content).toBe('  two   blanks before and three after  ')
  const first = await loggedIn('agent_hpar')
  const [claim] = (await first.get('/expert/assignments/history')).body
  expect(claim).toMatchObject({ conversationId: conversation.id, status: 'unassigned' })
  await expectKept()
})

test('what is imported is told once by the polls of both sides', async () => {
  const expert = await loggedIn('agent_w1z')
  const { body } = await expert.get('/api/updates')
  expect(body.messages).toHaveLength(5)
  expect(new Set(body.messages.map(({ id }: Json) => id)).size).toBe(5)
  const again = await expert.get(`/api/updates?cursor=${body.cursor}`)
  expect(again.body.messages).toEqual([])
})

test('replies come through byte for byte, placeholders and line breaks and all', async () => {
  const words = ['bitext-customer-support', '--password', 'sesame']
  const { code, out, rejected } = await imported(words, { PLIMSOLL_DATA: samples })
  expect(code).toBe(0)
  expect(out).toContain('3 conversations added')
  expect(out).toContain('6 rows read: 3 taken, 0 there from before, 3 rejected')
  expect(rejected()).toContain('"replies.csv",9,"expected 11 columns, found 7"')
  expect(rejected()).toContain('instruction nothing is said')
  expect(rejected()).toContain('is not UTF-8')
  const asker = await loggedIn('bitext_customer_1')
  const [conversation] = (await asker.get('/conversations')).body
  expect(conversation).toMatchObject({
    title: 'whats the status of purchse 00004587345?',
    unreadCount: 1,
  })
  const [, reply] = (await asker.get(`/conversations/${conversation.id}/messages`)).body
  expect(reply.content).toBe(
    'Of course! Here is how:\r\n\r\n1. Open {{Website Name}}.\r\n2. Choose "My orders".\r\n\r\nYours, [Agent Name]',
  )
  await expectKept()
})

test('a dialogue keeps its turns in order and leaves out what nobody said', async () => {
  const { code, out, rejected } = await imported([
    'abcd-sample',
    join(samples, 'abcd-sample'),
    '--password',
    'sesame',
  ])
  expect(code).toBe(0)
  expect(out).toContain('12 turns read: 6 taken, 0 there from before, 6 rejected')
  expect(rejected()).toContain('an action of the software of the shop, which nobody said')
  expect(rejected()).toContain('a conversation whose convo_id')
  const asker = await loggedIn('abcd_amoss1')
  const [conversation] = (await asker.get('/conversations')).body
  const messages: Json[] = (await asker.get(`/conversations/${conversation.id}/messages`)).body
  expect(messages.map(({ content }) => content)).toEqual([
    'Hi!',
    'How can I help you?',
    'I got the wrong size.',
    'I am sorry to hear that.',
    '  {thanks} [really] "so" much \\o/ ',
  ])
  await expectKept()
})

test('importing again changes nothing', async () => {
  const state = () =>
    helpdesk.sql(`select (select count(*) from conversations) as conversations,
      (select count(*) from messages) as messages, (select count(*) from users) as users,
      (select sum(version) from audiences) as versions, (select count(*) from feed) as told`)
  const before = await state()
  for (const name of ['stripe-irc-support', 'bitext-customer-support', 'abcd-sample']) {
    const { code, out } = await imported([name], { PLIMSOLL_DATA: samples })
    expect(code).toBe(0)
    expect(out).toMatch(/: 0 taken, [369] there from before/)
  }
  expect(await state()).toEqual(before)
})

test('nobody who registered is made to say what they did not', async () => {
  const json = { username: 'registered_nick', password: 'correct horse' }
  await call(`${helpdesk.url}/auth/register`, { method: 'POST', json })
  const line = 'room 2020-01-01 [00:00:00] <registered_nick> hello '
  writeFileSync(join(folder, 'x.ascii.txt'), `${line}\n`)
  writeFileSync(join(folder, 'x.annotation.txt'), '0 0 -\n')
  const { code, out, rejected } = await imported(['stripe-irc-support', folder])
  expect(code).toBe(0)
  expect(out).toContain('1 lines read: 0 taken, 0 there from before, 1 rejected')
  expect(rejected()).toContain('one of its people has the name of somebody who registered')
})

test.each([
  [['nothing'], 'expected a data set (stripe-irc-support'],
  [[], 'found nothing'],
  [['abcd-sample'], 'in PLIMSOLL_DATA'],
  [['abcd-sample', 'nowhere'], 'nowhere is not there'],
  [['stripe-irc-support', join(samples, 'abcd-sample')], 'does not hold a file *.ascii.txt'],
  [['abcd-sample', dirname(samples)], 'does not hold a JSON file'],
  [['abcd-sample', samples, '--colour'], 'colour'],
])('%j ends with one clear sentence and exit code 3', async (words, sentence) => {
  const { code, err } = await imported(words)
  expect(err).toContain(sentence)
  expect(err.trim().split('\n')).toHaveLength(1)
  expect(code).toBe(3)
})

test('a database without tables is said to need migrating first', async () => {
  await using bare = await host.createDatabase()
  const words = ['abcd-sample', join(samples, 'abcd-sample')]
  const { code, err } = await imported(words, { DATABASE_URL: bare.url })
  expect(err).toContain('Run "helpdesk migrate" first')
  expect(code).toBe(4)
})

test.each([
  ['abcd-sample', 'cut.json', '[{"convo_id": 1, "scen', 'Was the file cut off?'],
  ['abcd-sample', 'cut.json', 'hello', 'expected a list of conversations in JSON, found none'],
  [
    'bitext-customer-support',
    'cut.csv',
    'instruction,category,response\na,b,"c',
    'quote opened on line 2',
  ],
  [
    'bitext-customer-support',
    'cut.csv',
    'a,b,c\n1,2,3\n',
    'missing instruction, category, response',
  ],
  ['bitext-customer-support', 'cut.csv', '', 'is empty'],
  ['stripe-irc-support', 'cut.ascii.txt', 'hello\n', 'cut.annotation.txt cannot be read'],
])('%s: %s with %j says what is wrong', async (set, name, content, sentence) => {
  const place = mkdtempSync(join(folder, 'bad-'))
  writeFileSync(join(place, name), content)
  const { code, err } = await imported([set, place])
  expect(err).toContain(sentence)
  expect(code).toBe(3)
})

test.each([
  ['SIGKILL', null, ''],
  ['SIGINT', 130, 'run it again to go on'],
] as const)(
  'an import that %s ends in the middle is taken up again and misses nothing',
  async (signal, code, sentence) => {
    const place = mkdtempSync(join(folder, 'many-'))
    const name = `${signal}.csv`
    const rows = Array.from({ length: 2_000 }, (_, i) => `question ${i},ORDER,answer ${i}\n`)
    writeFileSync(join(place, name), `instruction,category,response\n${rows.join('')}`)
    const there = async () => {
      const pattern = [`${name}:%`]
      const found = await helpdesk.sql('select count(*) from imports where key like $1', pattern)
      return Number(found[0]?.['count'])
    }
    const words = [
      'import',
      'bitext-customer-support',
      place,
      '--rejected',
      join(place, 'rejected'),
    ]
    {
      await using running = startProcess(words, { DATABASE_URL: helpdesk.database.url })
      await until(async () => (await there()) > 20, { deadline_ms: 20_000 })
      running.child.kill(signal)
      expect(await running.ended).toBe(code)
      expect(running.said.err).toContain(sentence)
    }
    const begun = await there()
    expect(begun).toBeGreaterThan(20)
    expect(begun).toBeLessThan(2_000)
    await expectKept()
    const { out } = await imported(['bitext-customer-support', place])
    expect(out).toContain(`${2_000 - begun} taken, ${begun} there from before, 0 rejected`)
    expect(await there()).toBe(2_000)
    await expectKept()
  },
)

test('a file larger than the memory it may use is read through', async () => {
  const place = mkdtempSync(join(folder, 'large-'))
  const row = ` ,ORDER,"${'words and words '.repeat(100)}"\n`
  writeFileSync(join(place, 'large.csv'), `instruction,category,response\n${row.repeat(60_000)}`)
  const words = ['import', 'bitext-customer-support', place, '--rejected', join(place, 'rejected')]
  await using running = startProcess(words, {
    DATABASE_URL: helpdesk.database.url,
    NODE_OPTIONS: '--max-old-space-size=48',
  })
  expect(await running.ended).toBe(0)
  expect(running.said.out).toContain(
    '60000 rows read: 0 taken, 0 there from before, 60000 rejected',
  )
})

test('the public data sets are taken whole, each row accounted for', async (context) => {
  const root = dirname(needsData('bitext-customer-support', context))
  const environment = { PLIMSOLL_DATA: root }
  const bitext = await imported(['bitext-customer-support', '--password', 'sesame'], environment)
  expect(bitext.out).toContain('4514 rows read: 4514 taken, 0 there from before, 0 rejected')
  const [lines] = await helpdesk.sql(
    `select count(*) as n from messages where content like '%' || chr(13) || chr(10) || '%'
     and sender_username like 'bitext_agent%'`,
  )
  expect(Number(lines?.['n'])).toBeGreaterThanOrEqual(3_386)
  const stripe = await imported(['stripe-irc-support'], environment)
  expect(stripe.out).toContain('43 conversations added')
  expect(stripe.out).toContain('2400 lines read: 402 taken, 0 there from before, 1998 rejected')
  const abcd = await imported(['abcd-sample'], environment)
  expect(abcd.out).toContain('3 conversations added')
  expect(abcd.out).toMatch(/72 turns read: \d+ taken/)
  await expectKept()
})
