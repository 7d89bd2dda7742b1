// The page in a real browser: two windows that talk to each other, a long history, hostile texts, the keyboard alone,
// a phone, an edge that is killed.

import { createLog } from '@plimsoll/service'
import { freePort, startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { find, needs } from '../../../../test/optional-part.ts'
import { startMessaging } from '../../test/messaging-process.ts'
import { runMessaging, type RunningMessaging } from '../../test/running-messaging.ts'
import { createEdge } from '../create-edge.ts'
import { edgeSettingsFrom } from '../settings.ts'

const executablePath = find('chromium')
const patiently = { timeout: 20_000 }
const pictures = process.env['MESSAGING_PICTURES']
let host: PostgresHost
let messaging: RunningMessaging
let browser: Browser

beforeAll(async () => {
  if (executablePath === undefined) return
  host = await startTestPostgres()
  messaging = await runMessaging(host)
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  browser = await chromium.launch({ executablePath, args })
})

afterAll(async () => {
  if (executablePath === undefined) return
  await browser.close()
  await messaging[Symbol.asyncDispose]()
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

/** A window of its own, with its own storage. */
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
    if (!request.url().startsWith(new URL(url).origin)) trouble.push(request.url())
  })
  await page.goto(url)
  return { page, trouble, [Symbol.asyncDispose]: () => context.close() }
}

/** A window in which somebody's chat is open. */
async function chatting(
  me: string,
  you: string,
  { url = messaging.url, ...options }: BrowserContextOptions & { url?: string } = {},
): Promise<Window> {
  const opened = await windowAt(`${url}/#${me}:${you}`, options)
  await opened.page.getByText('Live').waitFor()
  return opened
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

const textsIn = (page: Page, list: 'messages' | 'unsent') =>
  page
    .locator(`#${list} li`)
    .evaluateAll((entries) => entries.map((each) => each.lastElementChild?.textContent))
const said = (page: Page) => textsIn(page, 'messages')

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` })
}

test('two windows talk to each other, and both read the same', async () => {
  await using first = await windowAt(messaging.url)
  await picture(first.page, 'entrance')
  await first.page.getByRole('group', { name: 'You are' }).getByLabel('fox').check()
  await first.page.getByRole('group', { name: 'You write to' }).getByLabel('owl').check()
  await first.page.getByRole('button', { name: 'Open the chat' }).click()
  await first.page.getByText('Live').waitFor()
  const other = first.page.getByRole('link', { name: 'Open the other side' })
  await using second = await windowAt(`${messaging.url}/${await other.getAttribute('href')}`)
  await second.page.getByRole('heading', { name: 'fox, and you are owl' }).waitFor()
  await second.page.getByText('Live').waitFor()

  const told: string[] = []
  for (let n = 1; n <= 5; n += 1) {
    await say(first.page, `question ${n}`)
    await expect.poll(() => said(second.page), patiently).toEqual([...told, `question ${n}`])
    await say(second.page, `answer ${n}`)
    told.push(`question ${n}`, `answer ${n}`)
    await expect.poll(() => said(first.page), patiently).toEqual(told)
  }
  // Both at once: the service decides the order, and both see the same one.
  for (let n = 1; n <= 10; n += 1) {
    await Promise.all([say(first.page, `fox ${n}`), say(second.page, `owl ${n}`)])
  }
  await expect.poll(async () => (await said(first.page)).length, patiently).toBe(30)
  await expect.poll(async () => (await said(second.page)).length, patiently).toBe(30)
  expect(await said(second.page)).toEqual(await said(first.page))
  expect(await first.page.locator('#messages li.own').count()).toBe(15)
  await picture(first.page, 'fox')
  await picture(second.page, 'owl')
  expect([...first.trouble, ...second.trouble]).toEqual([])
})

test('scrolling back visits the whole history, each message once', async () => {
  const count = 230
  for (let n = 1; n <= count; n += 1) await messaging.send('long:talk', 'long', `number ${n}`)
  await using opened = await chatting('talk', 'long')
  const { page } = opened
  const all = Array.from({ length: count }, (_, i) => `number ${i + 1}`)
  expect(await said(page)).toEqual(all.slice(-50))
  const list = page.locator('#messages')
  await list.hover()
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -5_000)
      return await said(page)
    }, patiently)
    .toEqual(all)
  expect(await page.getByRole('button', { name: 'Earlier messages' }).isVisible()).toBe(false)
  // Who reads the beginning is not carried off by what is said meanwhile.
  await messaging.send('long:talk', 'long', 'and now')
  await expect.poll(async () => (await said(page)).at(-1), patiently).toBe('and now')
  expect(await list.evaluate(({ scrollTop }) => scrollTop)).toBeLessThan(500)
  expect(opened.trouble).toEqual([])
})

test('what gets no answer is sent again, also after a reload, and stored once', async () => {
  await using sender = await chatting('lost', 'answers')
  await using reader = await chatting('answers', 'lost')
  let cutOff = 0
  // The message arrives, and its answer is lost.
  await sender.page.route('**/api/send', async (route) => {
    await route.fetch()
    cutOff += 1
    // The page may have been reloaded meanwhile: nobody waits for the answer any more.
    await route.abort().catch(() => undefined)
  })
  await say(sender.page, 'only once')
  await say(sender.page, 'and then this')
  await expect.poll(() => cutOff, patiently).toBeGreaterThan(1)
  expect(await textsIn(sender.page, 'unsent')).toEqual(['only once', 'and then this'])
  await picture(sender.page, 'unsent')
  await sender.page.reload()
  await expect
    .poll(() => textsIn(sender.page, 'unsent'), patiently)
    .toEqual(['only once', 'and then this'])
  await sender.page.unroute('**/api/send')
  for (const { page } of [sender, reader]) {
    await expect.poll(() => said(page), patiently).toEqual(['only once', 'and then this'])
  }
  expect(await textsIn(sender.page, 'unsent')).toEqual([])
  const rows = await messaging.sql(`select text from messages where chat = 'answers:lost'`)
  expect(rows).toHaveLength(2)
})

test('an edge that is killed and comes back: nothing is lost, and nobody reloads', async () => {
  const environment = { STORES: messaging.stores.join(','), PORT: String(await freePort()) }
  const first = await startMessaging('edge', environment)
  await using _ = first
  await using sender = await chatting('kim', 'lee', { url: first.url })
  await using reader = await chatting('lee', 'kim', { url: first.url })
  await say(sender.page, 'before')
  await expect.poll(() => said(reader.page), patiently).toEqual(['before'])
  first.child.kill('SIGKILL')
  await first.ended
  for (const { page } of [sender, reader]) await page.getByText('Connecting again').waitFor()
  await say(sender.page, 'while it was away')
  await say(sender.page, 'and more')
  expect(await textsIn(sender.page, 'unsent')).toEqual(['while it was away', 'and more'])
  await using second = await startMessaging('edge', environment)
  expect(second.url).toBe(first.url)
  for (const { page } of [sender, reader]) {
    await page.getByText('Live').waitFor()
    await expect
      .poll(() => said(page), patiently)
      .toEqual(['before', 'while it was away', 'and more'])
  }
})

test('texts that try to be scripts are texts, and the policy would stop them', async () => {
  const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>'
  await using opened = await chatting('fox', 'whale')
  await say(opened.page, `${evil}\n  second line שלום 👩‍👩‍👧`)
  await expect.poll(() => said(opened.page), patiently).toEqual([`${evil}\n  second line שלום 👩‍👩‍👧`])
  expect(await opened.page.locator('main img, main script').count()).toBe(0)
  expect(opened.trouble).toEqual([])
  const { headers } = await fetch(messaging.url)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
})

test('a refusal is said, its text comes back, and the next one goes', async () => {
  await using opened = await chatting('bear', 'hare')
  const { page } = opened
  const long = '漢'.repeat(6_000)
  await say(page, long)
  await page.getByRole('alert').getByText('at most 16384 bytes').waitFor()
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe(long)
  await page.getByRole('button', { name: 'Close' }).click()
  await say(page, 'shorter')
  await expect.poll(() => said(page), patiently).toEqual(['shorter'])
})

test('the keyboard is enough', async () => {
  await using opened = await windowAt(messaging.url)
  const { keyboard } = opened.page
  await opened.page.getByRole('group', { name: 'You are' }).getByRole('radio').first().focus()
  await keyboard.press('ArrowRight')
  await keyboard.press('Tab')
  await keyboard.press('ArrowLeft')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await opened.page.getByText('Live').waitFor()
  await opened.page.getByRole('log').focus()
  await keyboard.press('Tab')
  await keyboard.type('first line')
  await keyboard.press('Shift+Enter')
  await keyboard.type('second line')
  await keyboard.press('Enter')
  await expect.poll(() => said(opened.page), patiently).toEqual(['first line\nsecond line'])
})

test.each([
  ['a phone', { viewport: { width: 360, height: 740 } }],
  ['a dark desk', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' as const }],
])('on %s nothing scrolls sideways', async (name, options) => {
  const other = `crane${name.length}`
  await messaging.send(`owl:${other}`, other, `${'long'.repeat(120)}\nand short`)
  await using opened = await chatting('owl', other, options)
  const { page } = opened
  await say(page, 'I see.')
  await expect.poll(async () => (await said(page)).at(-1), patiently).toBe('I see.')
  const spare = await page.evaluate<number>('innerWidth - document.documentElement.scrollWidth')
  expect(spare).toBeGreaterThanOrEqual(0)
  await picture(page, name.replaceAll(' ', '-'))
})

test('where callers have tokens there is no page: nobody could log in', async () => {
  const secret = 'a secret of more than thirty-two characters'
  const stores = messaging.stores.join(',')
  const { service, close } = await createEdge({
    settings: edgeSettingsFrom({ STORES: stores, AUTH: 'jwt', TOKEN_SECRET: secret }),
    log: createLog({ service: 'test', level: 'silent' }),
    clock: () => Date.now(),
  })
  const { statusCode } = await service.app.inject('/')
  await service.app.close()
  await close()
  expect(statusCode).toBe(404)
})
