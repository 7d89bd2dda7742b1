import { expect, test } from 'vitest'
import {
  answered,
  brokenInvariant,
  crowded,
  empty,
  hostile,
  inconclusive,
} from './fixture/fixture.ts'
import { renderHtml } from './render-html.ts'

/** The page without ECharts' own source, where licences and namespaces name addresses. */
function ownPart(page: string): string {
  return page.replace(/<script>\s*\/\*[\s\S]*?<\/script>/, '')
}

const fixtures = { answered, brokenInvariant, inconclusive, empty } as const

const order = [
  'load-lines',
  'comparisons',
  'saturation',
  'response-times',
  'timeline',
  'parts',
  'ladder',
  'methodology',
  'invariants',
  'environment',
  'caveats',
  'repeat',
]

test.each(Object.entries(fixtures))(
  '%s: every section is there, in order, and nothing is undefined',
  (_, told) => {
    const page = renderHtml(told())
    expect([...page.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id)).toEqual(order)
    expect(ownPart(page).replace(/<script[\s\S]*?<\/script>/g, '')).not.toMatch(
      /undefined|NaN|\[object|&amp;nbsp/,
    )
  },
)

test('the page is one file of at most 3 MB that names no address to fetch from', () => {
  const page = renderHtml(answered())
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(3_000_000)
  expect(page).not.toMatch(/(?:src|href|action|data|poster)\s*=\s*["']?(?:https?:)?\/\//i)
  expect(page).not.toMatch(/@import|url\(\s*["']?(?:https?:)?\/\//i)
  expect(ownPart(page).replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//)
  expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;`)
})

test(
  'many configurations with long runs still fit, with fewer points per line',
  { timeout: 60_000 },
  () => {
    expect(Buffer.byteLength(renderHtml(crowded()))).toBeLessThanOrEqual(3_000_000)
  },
)

test('the same records give the same page, byte for byte', () => {
  expect(renderHtml(answered())).toBe(renderHtml(answered()))
})

test('names, whys and reasons of users are text and nothing else', () => {
  const page = ownPart(renderHtml(hostile()))
  expect(page).not.toMatch(/<script>alert/)
  expect(page).not.toMatch(/<img/)
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect([...page.matchAll(/<\/script>/g)]).toHaveLength(2)
})

test('the answer comes first, and what forbids “holds” right below it', () => {
  const page = renderHtml(inconclusive())
  const places = [
    'No answer: CPU limits could not be set',
    'class="badge inconclusive"',
    'CPU limits are not permitted',
    'id="load-lines"',
  ]
  const found = places.map((text) => page.indexOf(text))
  expect(found).toEqual(found.toSorted((a, b) => a - b))
  expect(found[0]).toBeGreaterThan(0)
})

test('lost data is counted, marked with a sign and shown by example', () => {
  const page = renderHtml(brokenInvariant())
  expect(page).toContain('✕ 3')
  expect(page).toContain('acknowledged with 201, not in the list')
})

test('without a script every chart is there as a picture', () => {
  const page = renderHtml(answered())
  const figures = page.match(/<figure class="chart"/g) ?? []
  expect(page.match(/<div class="still"[^>]*>\s*<svg/g)).toHaveLength(figures.length)
  expect(figures.length).toBe(21)
})
