// The front end when things go wrong: sessions that end, answers that are lost, windows that are offline, refusals,
// hostile texts and files. Nothing that was written is lost, and nothing is counted twice.

import { migrateDatabase } from '@plimsoll/service/migrate'
import { freePort, startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { find, needs } from '../../../../test/optional-part.ts'
import {
  checkIn,
  desk,
  openBrowser,
  password,
  picture,
  register,
  visit,
  windowAt,
} from '../../test/browser-window.ts'
import {
  call,
  registered,
  runCampaign,
  serviceOn,
  type RunningCampaign,
} from '../../test/running-campaign.ts'
import { migrationsFolder } from '../migrate.ts'

// A browser on a busy machine.
vi.setConfig({ testTimeout: 180_000 })

let host: PostgresHost
let campaign: RunningCampaign
let browser: Browser | undefined

beforeAll(async () => {
  browser = await openBrowser(find('chromium'))
  if (browser === undefined) return
  host = await startTestPostgres()
  campaign = await runCampaign(host)
})

afterAll(async () => {
  if (browser === undefined) return
  await browser.close()
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

beforeEach((context) => {
  needs('chromium', context)
})

const opened = (path = '/', options: BrowserContextOptions = desk) =>
  windowAt(browser!, campaign.url + path, options)

/** How often a text was posted. */
async function posted(content: string, url = campaign.url): Promise<number> {
  const { body } = await call(`${url}/api/post/posts/?limit=100`, {})
  return body.filter((post: { content: string }) => post.content === content).length
}

test('a session that ends asks for the password again, and what was being sent is sent once', async () => {
  await using shortLived = await runCampaign(host, { environment: { TOKEN_LIFETIME_S: '3' } })
  await using mine = await windowAt(browser!, shortLived.url)
  const { page } = mine
  await register(page, 'patient_pam')
  await page.getByLabel('What did you do today?').fill('Written before it ended')
  await page.getByText('Your session has ended.').first().waitFor()
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Welcome back, patient_pam' })
  await dialog.waitFor()
  await picture(page, 'session-ended')
  await dialog.getByLabel('Password').fill('wrong horse')
  await dialog.getByRole('button', { name: 'Log in' }).click()
  await dialog.getByText('Wrong user name or password.').waitFor()
  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Log in' }).click()
  await page.getByText('Checked in.').waitFor()
  expect(await posted('Written before it ended', shortLived.url)).toBe(1)

  // Whoever does not want to log in again keeps what was written.
  await page.getByLabel('What did you do today?').fill('Kept for later')
  await page.getByText('Your session has ended.').first().waitFor()
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  await page.keyboard.press('Escape')
  await page.getByText('Log in again to go on.').waitFor()
  expect(await page.getByLabel('What did you do today?').inputValue()).toBe('Kept for later')

  // What the page asks for by itself asks nobody for a password.
  await visit(page, 'Events')
  await page.getByRole('main').getByText('Your session has ended.').waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.getByRole('button', { name: 'Log in again' }).click()
  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Log in' }).click()
  await page.getByText('No event is planned.').waitFor()
  expect(mine.trouble).toEqual([])
})

test('a token that the service refuses is as one that has ended', async () => {
  await using mine = await opened('/')
  const { page } = mine
  await register(page, 'altered_al')
  await page.evaluate(`{
    const kept = JSON.parse(localStorage.getItem('tagtogether.session'))
    localStorage.setItem('tagtogether.session', JSON.stringify({ ...kept, token: kept.token + 'x' }))
  }`)
  await page.goto(`${campaign.url}/teams`)
  await page.getByLabel('Name of the new team').fill('Altered')
  await page.getByRole('button', { name: 'Create and join' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Altered', level: 1 }).waitFor()
  expect(mine.trouble).toEqual([])
})

test('an answer that is lost is told as such, and sending again counts once', async () => {
  await using mine = await opened('/feed')
  const { page } = mine
  await register(page, 'cut_off_cora')
  await visit(page, 'Feed')
  let requests = 0
  await page.route('**/upload-post', async (route) => {
    requests += 1
    if (requests > 1) return await route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.getByLabel('What did you do today?').fill('Only once')
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  await page.getByText('It may have arrived; sending it again is safe').waitFor()
  await picture(page, 'answer-lost')
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  await page.getByText('Checked in.').waitFor()
  expect(requests).toBe(2)
  expect(await posted('Only once')).toBe(1)
  expect(await page.getByRole('article').filter({ hasText: 'Only once' }).count()).toBe(1)
})

test('offline is said, nothing that was written is lost, and back online everything goes on', async () => {
  await using mine = await opened('/feed')
  const { page } = mine
  await register(page, 'tunnel_tim')
  await visit(page, 'Feed')
  await page.context().setOffline(true)
  await page.getByText('You are offline. What you see may be old').waitFor()
  await page.getByLabel('What did you do today?').fill('In the tunnel')
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  await page.getByText('The service does not answer. You are offline.').waitFor()
  await picture(page, 'offline')
  await page.context().setOffline(false)
  await page.getByText('You are offline. What you see').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  // What is on its way is shown as well, so the article alone says nothing.
  await page.getByText('Checked in.').waitFor()
  await page.getByRole('article').getByText('In the tunnel').waitFor()
  expect(await posted('In the tunnel')).toBe(1)
})

test('refusals are said in words, where one is', async () => {
  await using mine = await opened('/')
  const { page } = mine
  await registered(campaign.url, 'taken_tom')
  await page.goto(`${campaign.url}/register`)
  await page.getByLabel('User name').fill('TAKEN_TOM')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('alert').getByText('This user name is taken.').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click()
  await page.getByLabel('User name').fill('TAKEN_TOM')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.getByRole('alert').getByText('Wrong user name or password.').waitFor()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  // The name as it was registered, not as it was typed.
  await page.getByText('taken_tom').first().waitFor()
  await visit(page, 'Teams')
  await page.getByLabel('Name of the team').fill('No such team')
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await page.getByRole('alert').getByText('There is no team of this name.').waitFor()
  expect(mine.trouble).toEqual([])
})

test('files that are no images are refused with the reason, and the text stays', async () => {
  await using mine = await opened('/check-in')
  const { page } = mine
  await register(page, 'forger_fay')
  const evil = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  const files = page.locator('input[type=file]')
  await page.getByLabel('What did you do today?').fill('With a drawing')
  const svg = { name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(evil) }
  await files.setInputFiles([svg])
  await page.getByText('Choose a JPEG, PNG, WebP or GIF image.').waitFor()
  // One that lies about what it is passes the page, and not the service.
  await files.setInputFiles([{ ...svg, name: '../../a.png', mimeType: 'image/png' }])
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  expect(await posted('With a drawing')).toBe(0)
  expect(await page.getByLabel('What did you do today?').inputValue()).toBe('With a drawing')
  await page.getByRole('button', { name: 'Remove image' }).click()
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  await page.getByText('Checked in.').waitFor()
  expect(mine.trouble).toEqual([])
})

test('texts that try to be scripts are texts, and the policy would stop them', async () => {
  const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>'
  const caller = await registered(campaign.url, '<b>bold</b>')
  await caller.post('/api/team/create-team/', { team_name: '<i>slanted</i>' })
  await caller.post('/api/team/join-team/', { team_name: '<i>slanted</i>' })
  await caller.upload({ content: `${evil}\n  second line` })
  await using mine = await opened('/feed')
  const { page } = mine
  await page.getByText(evil).waitFor()
  await visit(page, 'Leaderboard')
  await page.getByRole('link', { name: '<i>slanted</i>' }).click()
  await page.getByRole('heading', { name: '<i>slanted</i>' }).waitFor()
  expect(await page.locator('main script, main b, main i, img[src=x]').count()).toBe(0)
  expect(mine.trouble).toEqual([])
})

test('another tab follows: logged in, and out', async () => {
  await using mine = await opened('/')
  await register(mine.page, 'tabby_tess')
  const other = await mine.page.context().newPage()
  await other.goto(campaign.url)
  await other.getByText('tabby_tess').first().waitFor()
  await mine.page.getByRole('button', { name: 'Log out' }).click()
  await other.getByRole('link', { name: 'Log in' }).waitFor()
  expect(mine.trouble).toEqual([])
})

test('a tab that nobody looks at holds no stream, and has caught up when it is looked at again', async () => {
  await using mine = await opened('/')
  const { page } = mine
  await page.getByText('Live', { exact: true }).waitFor()
  const closed = page.waitForEvent('requestfailed', (it) => it.url().endsWith('/stream'))
  await look(page, 'hidden')
  await closed
  const caller = await registered(campaign.url, 'meanwhile_mo')
  await caller.post('/api/team/create-team/', { team_name: 'Made meanwhile' })
  await look(page, 'visible')
  await page.getByRole('link', { name: 'Made meanwhile' }).waitFor()
  expect(mine.trouble).toEqual([])
})

/** As if another tab were chosen, which a browser without a head does not do. */
async function look(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(`{
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${state === 'hidden'} })
    document.dispatchEvent(new Event('visibilitychange'))
  }`)
}

test('without room for another stream the leaderboard polls, says so, and misses nothing', async () => {
  await using crowded = await runCampaign(host, { environment: { MAX_STREAMS: '0' } })
  await using mine = await windowAt(browser!, crowded.url)
  await mine.page.getByText('Every 3 seconds').waitFor()
  const caller = await registered(crowded.url, 'found_by_poll')
  await caller.post('/api/team/create-team/', { team_name: 'Found by a poll' })
  await mine.page.getByRole('link', { name: 'Found by a poll' }).waitFor()
  expect(mine.trouble).toEqual([])
})

test('while the service restarts the page waits, and goes on where it was', async () => {
  await using database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  const port = await freePort()
  const first = await serviceOn(database.url, {}, port)
  await using mine = await windowAt(browser!, first.url)
  const { page } = mine
  await register(page, 'patient_pat')
  await visit(page, 'Teams')
  await page.getByLabel('Name of the new team').fill('Before')
  await page.getByRole('button', { name: 'Create and join' }).click()
  await page.getByRole('heading', { name: 'Before', level: 1 }).waitFor()
  await visit(page, 'Leaderboard')
  await page.getByText('Live', { exact: true }).waitFor()
  await first[Symbol.asyncDispose]()
  await page.getByText('No answer, trying again').waitFor()
  await picture(page, 'no-answer')
  expect(await page.getByRole('link', { name: 'Before' }).first().isVisible()).toBe(true)
  await using second = await serviceOn(database.url, {}, port)
  await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 })
  const caller = await registered(second.url, 'after_all')
  await caller.post('/api/team/create-team/', { team_name: 'After' })
  await page.getByRole('link', { name: 'After' }).waitFor()
  await checkIn(page, 'Still here')
})
