// The front end in a real browser: the whole story in two windows, on a desk and on a phone, by the keyboard alone;
// every page judged by axe, by day and by night.

import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import sharp from 'sharp'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { find, needs } from '../../../../test/optional-part.ts'
import {
  checkIn,
  desk,
  expectAccessible,
  openBrowser,
  password,
  phone,
  picture,
  register,
  shiftOf,
  teamsIn,
  visit,
  windowAt,
} from '../../test/browser-window.ts'
import {
  call,
  runCampaign,
  type Caller,
  type RunningCampaign,
} from '../../test/running-campaign.ts'

// A browser on a busy machine.
vi.setConfig({ testTimeout: 180_000 })

let host: PostgresHost
let campaign: RunningCampaign
let browser: Browser | undefined
let url: string
let images: Awaited<ReturnType<typeof mkdtempDisposable>>

beforeAll(async () => {
  browser = await openBrowser(find('chromium'))
  if (browser === undefined) return
  host = await startTestPostgres()
  images = await mkdtempDisposable(join(tmpdir(), 'campaign-images-'))
  campaign = await runCampaign(host, { environment: { IMAGES_FOLDER: images.path } })
  url = campaign.url
  await until(async () => (await call(`${url}/api/team/leaderboard/`, {})).status === 200, {
    deadline_ms: 10_000,
  })
})

afterAll(async () => {
  if (browser === undefined) return
  await browser.close()
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
  await images.remove()
})

beforeEach((context) => {
  needs('chromium', context)
})

const patiently = { timeout: 20_000 }

const opened = (path = '/', options: BrowserContextOptions = desk) =>
  windowAt(browser!, url + path, options)

/** A team with one member who has just checked in. */
async function teamOf(member: Caller, team_name: string): Promise<void> {
  await member.post('/api/team/create-team/', { team_name })
  await member.post('/api/team/join-team/', { team_name })
  await member.upload({ content: `${team_name} is on its way` })
}

async function photo(): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const background = { r: 250, g: 160, b: 40 }
  const image = sharp({ create: { width: 320, height: 200, channels: 3, background } })
  return { name: 'lunch walk.png', mimeType: 'image/png', buffer: await image.png().toBuffer() }
}

test.each([
  ['desk', desk],
  ['phone', phone],
])(
  'on a %s one registers, joins a team and checks in with an image, and the leaderboard moves in another window',
  async (name, options) => {
    const [one, other] = await campaign.crowd(2, { prefix: `of_${name}` })
    const rivals = `Rivals ${name}`
    const friends = `Friends ${name}`
    await teamOf(one!, rivals)
    await teamOf(other!, friends)
    await using watching = await opened('/', options)
    const order = async () =>
      (await teamsIn(watching.page)).filter((team) => team === rivals || team === friends)
    await expect.poll(order, patiently).toEqual([rivals, friends])

    await using mine = await opened('/', options)
    const { page } = mine
    await register(page, `runner_${name}`)
    await page.getByText('You are in no team yet.').waitFor()
    await visit(page, 'Teams')
    await page.getByLabel('Name of the team').fill(friends)
    // A page that nobody sees does not look again by itself.
    await page.evaluate(
      `Object.defineProperty(document, 'hidden', { value: true, configurable: true })`,
    )
    await page.getByRole('button', { name: 'Join', exact: true }).click()
    await page.getByText(`You are in ${friends} now.`).waitFor()
    const own = page.getByRole('region', { name: 'Your teams' })
    await own.getByRole('link', { name: friends }).waitFor()
    await page.evaluate('delete document.hidden')
    // A member who has never checked in spreads the team wide: its score falls.
    const scoreOfFriends = () =>
      watching.page.getByRole('listitem').filter({ hasText: friends }).innerText()
    await expect.poll(scoreOfFriends, patiently).toMatch(/\b6\.\d\d/)

    await visit(page, name === 'phone' ? 'Check in' : 'Feed')
    const content = `Lunch walk, 4.2 km, seen on a ${name}`
    await page.getByLabel('What did you do today?').fill(content)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Add an image' }).click()
    await (await chooser).setFiles([await photo()])
    await page.getByAltText('The image you chose').waitFor()
    await picture(page, `composed-${name}`)
    await page.getByRole('button', { name: 'Check in', exact: true }).click()
    const post = page.getByRole('article', { name: `Check-in of runner_${name}` })
    await post.getByText(content).waitFor()
    const image = post.getByRole('img')
    await image.scrollIntoViewIfNeeded()
    await expect
      .poll(() => image.evaluate((it: { naturalWidth: number }) => it.naturalWidth), patiently)
      .toBe(320)
    await picture(page, `feed-${name}`)

    // Both have checked in now, so the team is close together, and passes the other one.
    await expect.poll(order, patiently).toEqual([friends, rivals])
    expect(await watching.page.getByText('Live', { exact: true }).isVisible()).toBe(true)
    await picture(watching.page, `watched-${name}`)
    await visit(page, name === 'phone' ? 'Board' : 'Leaderboard')
    const row = page.getByRole('list', { name: 'Teams by score' }).getByRole('listitem')
    await row.filter({ hasText: friends }).getByText('Your team').waitFor()
    expect(await row.getByText('Your team').count()).toBe(1)
    await picture(page, `board-${name}`)
    expect([...mine.trouble, ...watching.trouble]).toEqual([])
  },
)

test('the keyboard is enough for the whole story', async () => {
  await using mine = await opened('/')
  const { page } = mine
  const { keyboard } = page
  await page.getByRole('heading', { name: 'Leaderboard' }).waitFor()
  await keyboard.press('Tab')
  expect(await focused(page)).toBe('Skip to content')
  await tabTo(page, 'Register')
  await keyboard.press('Enter')
  await expect.poll(() => focused(page), patiently).toBe('Join TagTogether')
  await tabTo(page, 'User name')
  await keyboard.type('keyboard_kim')
  await keyboard.press('Tab')
  await keyboard.type(password)
  await keyboard.press('Tab')
  await keyboard.press('Space')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await page.getByRole('button', { name: 'Log out' }).waitFor()
  await expect.poll(() => focused(page), patiently).toBe('Leaderboard')
  await tabTo(page, 'Find a team')
  await keyboard.press('Enter')
  await expect.poll(() => focused(page), patiently).toBe('Teams')
  await tabTo(page, 'Name of the new team')
  await keyboard.type('Typed Only')
  await keyboard.press('Enter')
  await expect.poll(() => focused(page), patiently).toBe('Typed Only')
  await tabTo(page, 'Check in')
  await keyboard.press('Enter')
  await expect.poll(() => focused(page), patiently).toBe('What did you do today?')
  await keyboard.type('By hand, without a mouse')
  await tabTo(page, 'Check in')
  await keyboard.press('Enter')
  await page.getByRole('article').getByText('By hand, without a mouse').waitFor()
  // Writing goes on where it was.
  await expect.poll(() => focused(page), patiently).toBe('What did you do today?')
  expect(mine.trouble).toEqual([])
})

/** What has the focus, by its name for people. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate<string>(`(() => {
    const it = document.activeElement
    return it.labels?.[0]?.textContent ?? it.getAttribute('aria-label') ?? it.textContent.trim()
  })()`)
}

/** Presses Tab until what is named has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = []
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (at === name) return
    passed.push(at)
  }
  throw new Error(`"${name}" was not reached by Tab; passed ${passed.join(' → ')}`)
}

const looks = [
  ['desk by day', { ...desk, reducedMotion: 'reduce' }],
  ['phone by night', { ...phone, reducedMotion: 'reduce', colorScheme: 'dark' }],
] as const

test.each(looks)('every page on a %s is accessible, and stands still', async (name, options) => {
  const tag = name.split(' ')[0]!
  const [member] = await campaign.crowd(1, { prefix: `axe_${tag}` })
  const long = `Team ${'withoutanyblank'.repeat(3)}`.slice(0, 44) + tag
  await teamOf(member!, long)
  await using guest = await opened('/', options)
  await guest.page.getByText(long).first().waitFor()
  const guestPages = ['/', '/feed', '/teams', '/events', '/log-in', '/register']
  await walk(guest.page, guestPages, `guest on a ${name}`)
  await using mine = await opened('/', options)
  await register(mine.page, `axe_${tag}`)
  await visit(mine.page, 'Teams')
  await mine.page.getByLabel('Name of the new team').fill(`Crew of the ${tag}`)
  await mine.page.getByRole('button', { name: 'Create and join' }).click()
  await mine.page.getByRole('heading', { name: `Crew of the ${tag}` }).waitFor()
  const team = new URL(mine.page.url()).pathname
  await walk(mine.page, ['/', '/check-in', '/teams', '/events', team], `member on a ${name}`)
  expect([...guest.trouble, ...mine.trouble]).toEqual([])
})

async function walk(page: Page, paths: readonly string[], who: string): Promise<void> {
  for (const path of paths) {
    await page.goto(url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expect.poll(() => page.getByText(/^Loading /).count(), patiently).toBe(0)
    await expectAccessible(page, `${path} as ${who}`)
    const shift = await shiftOf(page)
    expect({ path, who, shift, isStill: shift < 0.02 }).toMatchObject({ path, isStill: true })
    await picture(page, `${who} ${path}`.replaceAll(/[ /]+/g, '-'))
  }
}

test('events fill up, and whoever waits gets the place that is given up', async () => {
  await using first = await opened('/')
  await using second = await opened('/')
  await register(first.page, 'eve_first')
  await register(second.page, 'eve_second')
  await visit(first.page, 'Events')
  await first.page.getByLabel('Title').fill('Sunrise run')
  await first.page.getByLabel('Places').fill('1')
  await first.page.getByRole('button', { name: 'Plan event' }).click()
  const event = (page: Page) => page.getByRole('article', { name: 'Sunrise run' })
  await event(first.page).getByRole('button', { name: 'Register Sunrise run' }).click()
  await event(first.page).getByText('You are in').waitFor()
  await visit(second.page, 'Events')
  await event(second.page).getByText('1 of 1 places taken').waitFor()
  await event(second.page).getByRole('button', { name: 'Join the waiting list' }).click()
  await event(second.page).getByText('You are waiting').waitFor()
  await picture(second.page, 'events-desk')
  await expectAccessible(second.page, 'events')
  await event(first.page).getByRole('button', { name: 'Give up my place' }).click()
  await event(first.page).getByRole('button', { name: 'Join the waiting list' }).waitFor()
  // Told within seconds, without loading anew.
  await expect.poll(() => event(second.page).getByText('You are in').count(), patiently).toBe(1)
  expect([...first.trouble, ...second.trouble]).toEqual([])
})

test('new posts of others wait until one wants them, and older ones come below', async () => {
  const [other] = await campaign.crowd(1, { prefix: 'prolific' })
  for (let i = 1; i <= 25; i += 1) await other!.upload({ content: `post number ${i}.` })
  await using mine = await opened('/feed')
  const { page } = mine
  await page.getByText('post number 25.').waitFor()
  expect(await page.getByText('post number 3.').count()).toBe(0)
  await page.getByRole('button', { name: 'Older posts' }).click()
  await page.getByText('post number 3.').waitFor()
  await other!.upload({ content: 'something new' })
  await page.getByRole('button', { name: '1 new post' }).click({ timeout: 20_000 })
  await page.getByText('something new').waitFor()
  expect(
    await page
      .getByRole('article')
      .filter({ hasText: /^.*post number \d+\.$/s })
      .count(),
  ).toBe(25)
  expect(mine.trouble).toEqual([])
})

test('a photo that is too large to be sent is made smaller, and shown', async () => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 90 }
  const photo = sharp({
    create: { width: 3000, height: 2000, channels: 3, background: 'red', noise },
  })
  const buffer = await photo.jpeg({ quality: 98 }).toBuffer()
  expect(buffer.length).toBeGreaterThan(5 * 1024 * 1024)
  await using mine = await opened('/')
  const { page } = mine
  await register(page, 'camera_cleo')
  await visit(page, 'Feed')
  await page
    .locator('input[type=file]')
    .setInputFiles([{ name: 'large.jpg', mimeType: 'image/jpeg', buffer }])
  await page.getByAltText('The image you chose').waitFor()
  await checkIn(page, 'Every blade of grass')
  const image = page.getByRole('article').filter({ hasText: 'Every blade' }).getByRole('img')
  await image.scrollIntoViewIfNeeded()
  await expect
    .poll(() => image.evaluate((it: { naturalWidth: number }) => it.naturalWidth), patiently)
    .toBe(2048)
  expect(mine.trouble).toEqual([])
})

test('one who checks in from the leaderboard sees it there', async () => {
  // Whoever registers now comes after a thousand others.
  await campaign.sql(`select setval('users_id_seq', 5000)`)
  await using mine = await opened('/')
  await register(mine.page, 'straight_on')
  await checkIn(mine.page, 'Straight from the first page')
  await visit(mine.page, 'Feed')
  await mine.page.getByText('Straight from the first page').waitFor()
  await joinCrowd(mine.page)
  expect(mine.trouble).toEqual([])
})

/** Of a team of which only the first thousand are shown one is told all the same that it is one's own. */
async function joinCrowd(page: Page): Promise<void> {
  const [founder] = (await campaign.crowd(1)) as [Caller]
  const { body } = await founder.post('/api/team/create-team/', { team_name: 'Crowd' })
  await campaign.sql(
    `with joined as (
       insert into members (team_id, user_id, user_name, joined_at)
       select $1, n, 'one of many', now() from generate_series(1, 1000) as n returning *
     )
     insert into last_checkins select team_id, '-infinity', user_id from joined`,
    [body.team_id],
  )
  await page.goto(`${url}/teams/${body.team_id}`)
  await page.getByRole('button', { name: 'Join this team' }).click()
  await page.getByRole('button', { name: 'Leave the team' }).waitFor()
}
