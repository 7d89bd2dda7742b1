// The operator's page in a real browser: two windows, one who asks and one who answers; hostile texts; a phone;
// the keyboard alone; a service that goes away.

import { migrateDatabase } from '@plimsoll/service/migrate'
import { freePort, startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { find, needs } from '../../../../test/optional-part.ts'
import { startServing } from '../../test/helpdesk-process.ts'
import {
  ask,
  call,
  registered as registeredAt,
  runHelpdesk,
  tokenSecret,
  type RunningHelpdesk,
} from '../../test/running-helpdesk.ts'
import { migrationsFolder } from '../migrate.ts'

const executablePath = find('chromium')
const pictures = process.env['HELPDESK_PICTURES']
const patiently = { timeout: 20_000 }
let host: PostgresHost
let helpdesk: RunningHelpdesk
let browser: Browser

beforeAll(async () => {
  if (executablePath === undefined) return
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host, { environment: { MAX_STREAMS: '20' } })
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  browser = await chromium.launch({ executablePath, args })
})

afterAll(async () => {
  if (executablePath === undefined) return
  await browser.close()
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

beforeEach((context) => {
  needs('chromium', context)
})

interface Window extends AsyncDisposable {
  readonly page: Page
  /** Page errors, broken policies and requests to anywhere else. */
  readonly trouble: string[]
}

/** A window of its own, with its own cookies. */
async function windowAt(url: string, options: BrowserContextOptions = {}): Promise<Window> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('console', (message) => {
    if (/policy|trusted/i.test(message.text())) trouble.push(message.text())
  })
  page.on('dialog', (dialog) => {
    trouble.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) trouble.push(request.url())
  })
  await page.goto(url)
  return { page, trouble, [Symbol.asyncDispose]: () => context.close() }
}

async function registered(username: string, options: BrowserContextOptions = {}): Promise<Window> {
  const opened = await windowAt(helpdesk.url, options)
  await opened.page.getByLabel('Username').fill(username)
  await opened.page.getByLabel('Password').fill('correct horse')
  await opened.page.getByRole('button', { name: 'Register' }).click()
  await opened.page.getByText('Live').waitFor()
  return opened
}

async function askIn(page: Page, title: string): Promise<void> {
  await page.locator('summary').click()
  await page.getByLabel('Question', { exact: true }).fill(title)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByRole('heading', { name: title }).waitFor()
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
  await expect
    .poll(() => page.getByRole('textbox', { name: 'Message' }).inputValue(), patiently)
    .toBe('')
}

const said = (page: Page) =>
  page
    .locator('#messages li')
    .evaluateAll((entries) => entries.map((each) => each.lastElementChild?.textContent))

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` })
}

test('a question appears to the expert as it is asked, is claimed, talked over and resolved', async () => {
  await using asker = await registered('asker_anna')
  await using expert = await registered('expert_emil')
  await using other = await registered('expert_olga')
  await askIn(asker.page, 'My invoice shows the wrong amount')
  await say(asker.page, 'Hello, it says 40 instead of 4.')

  const waiting = expert.page.locator('#waiting li')
  await waiting.getByText('My invoice shows the wrong amount').waitFor()
  await other.page.locator('#waiting li').getByText('My invoice').waitFor()
  await picture(expert.page, 'queue-desk')
  await waiting.getByRole('button', { name: /Claim/ }).click()
  await expert.page.getByText('Hello, it says 40 instead of 4.').waitFor()
  await other.page.getByText('Nobody is waiting.').waitFor()
  expect(await waiting.count()).toBe(0)

  await asker.page
    .locator('#talk-state')
    .getByText('active · your question, with expert_emil')
    .waitFor()
  for (let i = 1; i <= 5; i += 1) {
    await say(expert.page, `answer ${i}`)
    await say(asker.page, `question ${i}`)
  }
  const told = ['Hello, it says 40 instead of 4.']
  for (let i = 1; i <= 5; i += 1) told.push(`answer ${i}`, `question ${i}`)
  await expect.poll(() => said(expert.page), patiently).toEqual(told)
  await expect.poll(() => said(asker.page), patiently).toEqual(told)
  await picture(expert.page, 'talk-desk')

  await expert.page.getByRole('button', { name: 'Resolve' }).click()
  await asker.page.locator('#talk-state').getByText('resolved').waitFor()
  expect(await asker.page.getByRole('button', { name: 'Send' }).isVisible()).toBe(false)
  expect([...asker.trouble, ...expert.trouble, ...other.trouble]).toEqual([])
})

test('what is unread is counted until the conversation is opened, also after coming back', async () => {
  await using expert = await registered('expert_ursula')
  const caller = await helpdesk.register('asker_ulrich')
  const conversationId = await ask(caller, 'Count me')
  await expert.page.locator('#waiting li', { hasText: 'Count me' }).getByRole('button').click()
  await expert.page.getByRole('heading', { name: 'Count me' }).waitFor()
  // Another conversation is open meanwhile.
  await askIn(expert.page, 'Something of my own')
  for (const content of ['one', 'two']) await caller.post('/messages', { conversationId, content })
  await expert.page.locator('#own').getByText('2 unread').waitFor()
  await expert.page.reload()
  await expert.page.locator('#own').getByText('2 unread').waitFor()
  await expert.page
    .locator('#own')
    .getByRole('button', { name: /Count me/ })
    .click()
  await expect.poll(() => said(expert.page), patiently).toEqual(['one', 'two'])
  await expect
    .poll(() => expert.page.locator('#own').getByText('unread').count(), patiently)
    .toBe(0)
  // It is no longer shown at once; each message is marked by a request of its own.
  const areRead = async () => {
    const { body } = await caller.get(`/conversations/${conversationId}/messages`)
    return body.map(({ isRead }: { isRead: boolean }) => isRead)
  }
  await expect.poll(areRead, patiently).toEqual([true, true])
  expect(expert.trouble).toEqual([])
})

test('a conversation that is given back waits again', async () => {
  await using expert = await registered('expert_gerda')
  const caller = await helpdesk.register()
  await ask(caller, 'Give me back')
  const waiting = expert.page.locator('#waiting li', { hasText: 'Give me back' })
  await waiting.getByRole('button').click()
  await expert.page.getByRole('button', { name: 'Give back' }).click()
  await waiting.waitFor()
  const own = expert.page.locator('#own li', { hasText: 'Give me back' })
  await expect.poll(() => own.count(), patiently).toBe(0)
})

test('texts that try to be scripts are texts, and the policy would stop them', async () => {
  const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>'
  await using asker = await registered('<b>bold</b>')
  await askIn(asker.page, evil)
  await say(asker.page, `${evil}\n  second line`)
  expect(await said(asker.page)).toEqual([`${evil}\n  second line`])
  expect(await asker.page.locator('#desk img, #desk script, #desk b').count()).toBe(0)
  expect(asker.trouble).toEqual([])
  const { headers } = await fetch(helpdesk.url)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
})

test('refusals are said to people and can be put away', async () => {
  await using opened = await windowAt(helpdesk.url)
  const { page } = opened
  await page.getByLabel('Username').fill('nobody_here')
  await page.getByLabel('Password').fill('wrong horse')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('alert').getByText('Invalid username or password.').waitFor()
  await picture(page, 'entrance-desk')
  await page.getByRole('button', { name: 'Close' }).click()
  expect(await page.getByRole('alert').innerText()).toBe('')
  // Somebody else is faster.
  await using expert = await registered('expert_slow')
  const id = await ask(await helpdesk.register(), 'Who is first?')
  const waiting = expert.page.locator('#waiting li', { hasText: 'Who is first?' })
  await waiting.waitFor()
  await expert.page.route('**/claim', async (route) => {
    const fast = await helpdesk.register('expert_fast')
    await fast.post(`/expert/conversations/${id}/claim`)
    await route.continue()
  })
  await waiting.getByRole('button').click()
  await expert.page.getByRole('alert').getByText('already assigned').waitFor()
  await expect.poll(() => waiting.count(), patiently).toBe(0)
})

test('the keyboard is enough', async () => {
  await using opened = await windowAt(helpdesk.url)
  const { keyboard } = opened.page
  await opened.page.getByLabel('Username').focus()
  await keyboard.type('keyboard_kim')
  await keyboard.press('Tab')
  await keyboard.type('correct horse')
  await keyboard.press('Tab')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await opened.page.getByText('Live').waitFor()
  await opened.page.locator('summary').focus()
  await keyboard.press('Enter')
  await keyboard.press('Tab')
  await keyboard.type('Typed only')
  await keyboard.press('Enter')
  await opened.page.getByRole('heading', { name: 'Typed only' }).waitFor()
  await expect
    .poll(() => opened.page.evaluate('document.activeElement.id'), patiently)
    .toBe('content')
  await keyboard.type('first line')
  await keyboard.press('Shift+Enter')
  await keyboard.type('second line')
  await keyboard.press('Enter')
  await expect.poll(() => said(opened.page), patiently).toEqual(['first line\nsecond line'])
})

test.each([
  ['a phone', { viewport: { width: 360, height: 740 } }],
  ['a dark desk', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' as const }],
])('on %s nothing scrolls sideways and one can come back to the lists', async (name, options) => {
  const user = name.replaceAll(' ', '_')
  await using opened = await registered(`${user}_user`, options)
  const { page } = opened
  const caller = await helpdesk.register()
  const title = `A question ${'withoutanyblank'.repeat(8)} on ${name}`
  const id = await ask(caller, title)
  await caller.post('/messages', {
    conversationId: id,
    content: `${'long'.repeat(120)}\nand short`,
  })
  const waiting = page.locator('#waiting li', { hasText: title })
  await waiting.waitFor()
  const spare = () => page.evaluate<number>('innerWidth - document.documentElement.scrollWidth')
  expect(await spare()).toBeGreaterThanOrEqual(0)
  await picture(page, `queue-${user}`)
  await waiting.getByRole('button').click()
  await page.getByText('and short').waitFor()
  await say(page, 'I am looking into it.')
  expect(await spare()).toBeGreaterThanOrEqual(0)
  await picture(page, `talk-${user}`)
  if (name === 'a phone') await page.getByRole('button', { name: 'Back', exact: true }).click()
  await page
    .locator('#own')
    .getByRole('button', { name: /A question/ })
    .waitFor()
  expect(opened.trouble).toEqual([])
})

test('without room for another stream the page polls, and misses nothing', async () => {
  await using crowded = await runHelpdesk(host, { environment: { MAX_STREAMS: '0' } })
  await using opened = await windowAt(crowded.url)
  await opened.page.getByLabel('Username').fill('poller_paul')
  await opened.page.getByLabel('Password').fill('correct horse')
  await opened.page.getByRole('button', { name: 'Register' }).click()
  await opened.page.getByText('Polling').waitFor()
  const caller = await crowded.register('asker_petra')
  await ask(caller, 'Found by a poll')
  const found = opened.page.locator('#waiting').getByText('Found by a poll')
  await expect.poll(() => found.count(), { timeout: 10_000 }).toBe(1)
})

test('tokens end and the service restarts, and the page goes on where it was', async () => {
  await using database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  const environment = {
    DATABASE_URL: database.url,
    TOKEN_SECRET: tokenSecret,
    TOKEN_LIFETIME_S: '2',
    PORT: String(await freePort()),
  }
  await using first = await startServing(environment)
  await using opened = await windowAt(first.url)
  await opened.page.getByLabel('Username').fill('patient_pam')
  await opened.page.getByLabel('Password').fill('correct horse')
  await opened.page.getByRole('button', { name: 'Register' }).click()
  await opened.page.getByText('Live').waitFor()
  const waiting = () => opened.page.locator('#waiting strong').allInnerTexts()
  await ask(await registeredAt(first.url, 'asker_rita'), 'Before')
  await expect.poll(waiting, patiently).toEqual(['Before'])
  first.child.kill('SIGKILL')
  await first.ended
  await opened.page.getByText('Connecting again').waitFor()
  await using second = await startServing(environment)
  // Two tokens later.
  await opened.page.waitForResponse('**/auth/refresh')
  await opened.page.waitForResponse('**/auth/refresh')
  await ask(await registeredAt(second.url, 'asker_ruth'), 'After')
  await expect.poll(waiting, { timeout: 5_000 }).toEqual(['Before', 'After'])
  expect(opened.trouble).toEqual([])
})

test('the page is served with every file that it asks for', async () => {
  const page = await (await fetch(helpdesk.url)).text()
  const paths = [...page.matchAll(/"(\/page\/[^"]+)"/g)].map(([, path]) => path)
  expect(paths.length).toBeGreaterThan(2)
  for (const path of paths) expect((await fetch(helpdesk.url + path)).status).toBe(200)
  expect((await call(`${helpdesk.url}/page/tsconfig.json`, {})).status).toBe(404)
})
