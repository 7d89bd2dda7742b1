import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  jsonValue,
  oneof,
  record,
  string,
} from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { review, runReviews, type RunningReviews } from '../test/running-reviews.ts'

let host: PostgresHost
let reviews: RunningReviews

beforeAll(async () => {
  host = await startTestPostgres()
  reviews = await runReviews(host)
  await reviews.post(review())
})
afterAll(async () => {
  await reviews[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

const injections = constantFrom(
  "1'; drop table reviews; --",
  '1 or 1=1',
  '") union select reviewer_email from reviews --',
  '{1,2}',
  '}, {',
  '\\',
  '$1',
  '%00',
  '../../etc/passwd',
  '__proto__',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '\u202e',
  '👩‍👩‍👧‍👦',
)
const text = oneof(injections, string({ unit: 'binary', maxLength: 80 }))

/** What must hold whatever was sent: an answer below 500, in JSON, and the table still there. */
async function expectRefusalOrSuccess(answer: Response): Promise<void> {
  const body = await answer.text()
  expect([answer.status, answer.status < 500]).toEqual([answer.status, true])
  if (body !== '') JSON.parse(body)
}

test('no query of GET makes the service fail', async () => {
  const name = oneof(constantFrom('product_id', 'sort', 'page', 'count', 'cursor'), text)
  const value = oneof(text, integer().map(String), constantFrom('newest', '1', '5'))
  await assert(
    asyncProperty(
      constantFrom('/reviews', '/reviews/meta', '/reviews/1/helpful'),
      array(record({ name, value }), { maxLength: 6 }),
      async (path, pairs) => {
        const query = new URLSearchParams([
          ['product_id', '2'],
          ...pairs.map(({ name, value }) => [name.toWellFormed(), value.toWellFormed()]),
        ])
        await expectRefusalOrSuccess(await fetch(`${reviews.url}${path}?${query.toString()}`))
      },
    ),
    { numRuns: 300 },
  )
})

test('no body of POST makes the service fail', async () => {
  const member = constantFrom(...Object.keys(review()), 'id', '__proto__', 'constructor')
  const change = record({ member, value: oneof(jsonValue(), text) })
  await assert(
    asyncProperty(array(change, { minLength: 1, maxLength: 4 }), text, async (changes, key) => {
      const members = changes.map(({ member, value }) => [member, value] as const)
      const body = `{${[...Object.entries(review()), ...members]
        .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
        .join(',')}}`
      const answer = await fetch(`${reviews.url}/reviews`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': encodeURIComponent(key.toWellFormed()),
        },
        body,
      })
      await expectRefusalOrSuccess(answer)
    }),
    { numRuns: 300 },
  )
  expect((await reviews.get('/reviews?product_id=2')).status).toBe(200)
})

test('undeclared methods of every path are 405, and say which are declared', async () => {
  for (const [path, allowed] of [
    ['/reviews', 'GET, POST'],
    ['/reviews/meta', 'GET'],
    ['/reviews/1/helpful', 'PUT'],
    ['/reviews/1/report', 'PUT'],
  ]) {
    for (const method of ['HEAD', 'OPTIONS', 'DELETE', 'PATCH']) {
      const answer = await fetch(reviews.url + path, { method })
      expect([method, path, answer.status]).toEqual([method, path, 405])
      expect(answer.headers.get('allow')).toBe(allowed)
    }
  }
})

test('the interface is described whole, with every limit', async () => {
  const { body } = await reviews.get('/docs/json')
  expect(Object.keys(body.paths)).toEqual([
    '/reviews',
    '/reviews/meta',
    '/reviews/{id}/helpful',
    '/reviews/{id}/report',
  ])
  const posted = body.paths['/reviews'].post.requestBody.content['application/json'].schema
  expect(posted.properties.body).toMatchObject({ minLength: 50, maxLength: 1_000 })
})
