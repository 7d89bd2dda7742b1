// The page in a real browser: it draws, stays quiet, fetches nothing and fits a phone.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  chromium,
  type Browser,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { find, needs } from '../../../test/optional-part.ts'
import { answered, empty, hostile } from './fixture/fixture.ts'
import { renderHtml } from './render-html.ts'
import type { Told } from './told.ts'

const executablePath = find('chromium')
const patiently = { timeout: 20_000 }
let browser: Browser | undefined
let folder = ''

beforeAll(async () => {
  if (executablePath === undefined) return
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-report-'))
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  browser = await chromium.launch({ executablePath, args })
})

afterAll(async () => {
  await browser?.close()
  if (folder !== '') rmSync(folder, { recursive: true })
})

beforeEach((context) => {
  needs('chromium', context)
})

interface Opened {
  readonly page: Page
  /** Console errors, page errors, dialogs and requests beyond the page itself. */
  readonly trouble: string[]
}

async function open(told: Told, options: BrowserContextOptions = {}): Promise<Opened> {
  const path = join(folder, `${Math.trunc(performance.now() * 1_000)}.html`)
  writeFileSync(path, renderHtml(told))
  const address = pathToFileURL(path).href
  const page = await browser!.newPage(options)
  const trouble: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(message.text())
  })
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('dialog', (dialog) => {
    trouble.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) trouble.push(request.url())
  })
  await page.goto(address)
  return { page, trouble }
}

/** Opens every fold and passes every chart by, so that all of them are drawn. */
async function drawAll(page: Page): Promise<void> {
  await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true')
  for (const chart of await page.locator('.chart').all()) {
    await chart.scrollIntoViewIfNeeded()
    await chart.and(page.locator('.drawn')).waitFor({ timeout: 10_000 })
  }
}

test.each([
  ['a desk', { viewport: { width: 1280, height: 900 } }],
  ['a phone', { viewport: { width: 390, height: 844 } }],
  ['a dark room', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' as const }],
])(
  'on %s every chart is drawn, nothing is fetched and nothing scrolls sideways',
  async (_, options) => {
    const { page, trouble } = await open(answered(), options)
    await drawAll(page)
    const shapes = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.chart .live')].map((live) => live.querySelectorAll('svg path, svg text').length)`,
    )
    expect(shapes).toHaveLength(21)
    expect(Math.min(...shapes)).toBeGreaterThan(20)
    const spare = await page.evaluate<number>('innerWidth - document.documentElement.scrollWidth')
    expect(spare).toBeGreaterThanOrEqual(0)
    expect(trouble).toEqual([])
    await page.close()
  },
)

/** What a chart says where it is pointed at. */
async function toldAt(chart: Locator): Promise<string> {
  await chart.locator('.live').hover({ position: { x: 400, y: 130 } })
  return chart.locator('.live').innerText()
}

test('pointing at a chart shows its numbers with units', async () => {
  const { page, trouble } = await open(answered())
  const chart = page.locator('#chart-timeline-0-phases')
  await chart.scrollIntoViewIfNeeded()
  await page.locator('#chart-timeline-0-phases.drawn').waitFor()
  const lines = chart.locator('.live path[fill="none"][stroke^="var(--c"]')
  const drawn = await lines.count()
  await expect.poll(() => toldAt(chart), patiently).toMatch(/p99[\s\S]*\d ms/)
  // Pointing once made every line vanish: see \`steady\` in chart-option.ts.
  expect(await lines.count()).toBe(drawn)
  expect(trouble).toEqual([])
  await page.close()
})

test('without scripts the pictures are there', async () => {
  const { page } = await open(answered(), { javaScriptEnabled: false })
  const box = await page.locator('#chart-load-lines .still svg').boundingBox()
  expect(box?.width).toBeGreaterThan(300)
  expect(box?.height).toBeGreaterThan(100)
  await page.close()
})

test('it prints with the still pictures and on white', async () => {
  const { page } = await open(answered(), { colorScheme: 'dark' })
  await page.locator('#chart-load-lines.drawn').waitFor()
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('#chart-load-lines .still').isVisible()).toBe(true)
  expect(await page.locator('#chart-load-lines .live').isVisible()).toBe(false)
  const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  expect(paper).toBe('rgb(255, 255, 255)')
  await page.close()
})

test('names that try to be scripts stay names, also in tooltips', async () => {
  const { page, trouble } = await open(hostile())
  await drawAll(page)
  const chart = page.locator('#chart-parts-0-search')
  await chart.scrollIntoViewIfNeeded()
  await expect.poll(() => toldAt(chart), patiently).toContain('<script>')
  expect(await page.locator('img, main script').count()).toBe(0)
  expect(trouble).toEqual([])
  await page.close()
})

test('a report of nothing is a page too', async () => {
  const { page, trouble } = await open(empty())
  await drawAll(page)
  expect(await page.locator('h1').innerText()).toBe('No answer: nothing was measured.')
  expect(trouble).toEqual([])
  await page.close()
})

test('text stands out from its ground by at least 4.5 to 1, in light and in dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await open(answered(), { colorScheme })
    const read = (name: string) =>
      page.evaluate<string>(
        `getComputedStyle(document.documentElement).getPropertyValue('${name}')`,
      )
    const paper = luminance(await read('--paper'))
    const ratios: number[] = []
    for (const name of ['--ink', '--soft', '--link', '--good', '--bad', '--doubt']) {
      const [dark, light] = [luminance(await read(name)), paper].toSorted((a, b) => a - b)
      ratios.push((light! + 0.05) / (dark! + 0.05))
    }
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5)
    await page.close()
  }
})

/** Relative luminance of `#rrggbb`, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = (colour.match(/[\da-f]{2}/gi) ?? [])
    .map((pair) => Number.parseInt(pair, 16) / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
