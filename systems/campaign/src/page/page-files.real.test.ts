// How the page is served: built on the first start, each file once, small, and with its policy; and by Vite for those
// who work on it.

import { mkdtempDisposable, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@plimsoll/service'
import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test, type TestContext, vi } from 'vitest'
import { createServer } from 'vite'

import { find, needs } from '../../../../test/optional-part.ts'
import { openBrowser, register, windowAt } from '../../test/browser-window.ts'
import { runCampaign, type RunningCampaign } from '../../test/running-campaign.ts'
import { builtPage } from './built-page.ts'

// A browser on a busy machine.
vi.setConfig({ testTimeout: 180_000 })

let host: PostgresHost
let campaign: RunningCampaign

beforeAll(async () => {
  host = await startTestPostgres()
  campaign = await runCampaign(host)
})

afterAll(async () => {
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

const fetched = (path: string, headers: Record<string, string> = {}) =>
  fetch(campaign.url + path, { headers, signal: AbortSignal.timeout(10_000) })

test('every page can be opened by its address, with a policy that lets nothing foreign in', async () => {
  const paths = [
    '/',
    '/feed',
    '/check-in',
    '/teams',
    '/teams/12',
    '/events',
    '/log-in',
    '/register',
  ]
  for (const path of paths) {
    const answer = await fetched(path)
    expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
      path,
      200,
      'text/html; charset=utf-8',
    ])
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(await answer.text()).not.toMatch(/<script>|<script [^>]*>[^<]|<style|style=| on\w+=/)
  }
  expect((await fetched('/api/nothing')).status).toBe(404)
})

test('what never changes is kept forever; what may change is asked for again, and not sent twice', async () => {
  const document = await fetched('/')
  expect(document.headers.get('cache-control')).toBe('no-cache')
  const again = await fetched('/', { 'if-none-match': document.headers.get('etag') ?? '' })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const script = /src="([^"]+\.js)"/.exec(await document.text())?.[1] ?? ''
  const answer = await fetched(script)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  const plain = await fetched(script, { 'accept-encoding': 'identity' })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toBe(await answer.text())
})

test('several instances that start at once on a fresh clone serve the same page', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'campaign-page-'))
  const log = createLog({ service: 'campaign', level: 'silent' })
  const pages = await Promise.all([1, 2, 3].map(() => builtPage(log, folder.path)))
  const [names] = pages.map((files) => files.map(({ name }) => name).toSorted())
  expect(names).toContain('index.html')
  for (const files of pages) expect(files.map(({ name }) => name).toSorted()).toEqual(names)
  const left = await readdir(folder.path)
  expect(left).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)])
})

test('the page is small: at most 100 kB of script and 10 kB of style over the wire', async () => {
  const files = await builtPage(createLog({ service: 'campaign', level: 'silent' }))
  const size = (end: string) =>
    files
      .filter(({ name }) => name.endsWith(end))
      .reduce((sum, { gzipped, content }) => sum + (gzipped ?? content).length, 0)
  expect(size('.js')).toBeLessThan(100_000)
  expect(size('.css')).toBeLessThan(10_000)
  expect(size('.js')).toBeGreaterThan(10_000)
})

test('Vite serves the page to those who work on it, from the service that VITE_BACKEND_URL names', async (context: TestContext) => {
  needs('chromium', context)
  const before = process.env['VITE_BACKEND_URL']
  process.env['VITE_BACKEND_URL'] = campaign.url
  const vite = await createServer({
    configFile: new URL('../../web/vite.config.ts', import.meta.url).pathname,
    logLevel: 'error',
    server: { port: 0 },
  })
  try {
    await vite.listen()
    const browser = (await openBrowser(find('chromium')))!
    await using window = await windowAt(browser, vite.resolvedUrls?.local[0] ?? '')
    await register(window.page, 'developer_dee')
    expect(window.trouble).toEqual([])
    await browser.close()
  } finally {
    await vite.close()
    if (before === undefined) delete process.env['VITE_BACKEND_URL']
    else process.env['VITE_BACKEND_URL'] = before
  }
})
