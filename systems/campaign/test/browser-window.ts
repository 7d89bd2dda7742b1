// Windows of a real browser on the front end, and what every test of a page asks of them.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { expect } from 'vitest'

export const password = 'correct horse'
export const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true,
}
export const desk: BrowserContextOptions = { viewport: { width: 1280, height: 860 } }

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = process.env['CAMPAIGN_PICTURES']

export interface Window extends AsyncDisposable {
  readonly page: Page
  /** Page errors, broken policies, dialogs, and requests to anywhere else. */
  readonly trouble: string[]
}

/** Starts the browser; undefined where it is not installed. */
export async function openBrowser(
  executablePath: string | undefined,
): Promise<Browser | undefined> {
  if (executablePath === undefined) return undefined
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return await chromium.launch({ executablePath, args })
}

/** A window of its own, with its own storage. */
export async function windowAt(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = desk,
): Promise<Window> {
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
  const { origin } = new URL(url)
  page.on('request', (request) => {
    const isOurs = request.url().startsWith(origin) || request.url().startsWith(`blob:${origin}`)
    if (!isOurs) trouble.push(request.url())
  })
  await page.goto(url)
  return { page, trouble, [Symbol.asyncDispose]: () => context.close() }
}

/** Registers by the form, and ends on the page that one came from. */
export async function register(page: Page, user_name: string): Promise<void> {
  await page.goto(new URL('/register', page.url()).href)
  await page.getByLabel('User name').fill(user_name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('button', { name: 'Log out' }).waitFor()
}

/** Goes to a part of the site by its link, as a person does. */
export async function visit(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
}

/** Writes a check-in and waits until it is stored. */
export async function checkIn(page: Page, content: string): Promise<void> {
  await page.getByLabel('What did you do today?').fill(content)
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  await page.getByText('Checked in.').waitFor()
}

/** Names of the teams on the leaderboard, the best one first. */
export async function teamsIn(page: Page): Promise<string[]> {
  return await page.getByRole('list', { name: 'Teams by score' }).getByRole('link').allInnerTexts()
}

/** Fails with each violation that axe finds by WCAG 2.2 AA, and when something must be scrolled sideways. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(axe)
  const { found, held } = await page.evaluate<{ found: unknown[]; held: string[] }>(`
    axe.run(document).then(({ violations, passes }) => ({
      held: passes.map(({ id }) => id),
      found: violations.map(({ id, nodes }) =>
        ({ id, nodes: nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary) })),
    }))
  `)
  // What found nothing must have looked.
  expect(held).toEqual(expect.arrayContaining(['color-contrast', 'page-has-heading-one', 'region']))
  expect({ where, found }).toEqual({ where, found: [] })
  // Not `innerWidth`: a phone that finds something too wide shows all of it, smaller.
  const width = page.viewportSize()?.width ?? 0
  const spare = width - (await page.evaluate<number>('document.documentElement.scrollWidth'))
  expect({ where, isScrolledSideways: spare < 0 }).toEqual({ where, isScrolledSideways: false })
}

/** How much of what was seen has moved by itself since the page was opened: the layout shift score. */
export async function shiftOf(page: Page): Promise<number> {
  return await page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => {
      resolve(list.getEntries().reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0))
    }).observe({ type: 'layout-shift', buffered: true })
    setTimeout(() => resolve(0), 300)
  })`)
}

/** Keeps a picture of the page where CAMPAIGN_PICTURES names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined)
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
}
