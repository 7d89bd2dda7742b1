import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PlimsollError } from '@plimsoll/workload'
import type { Streams } from '../command.ts'
import { importFile } from './import-file.ts'
import { templateOf } from './names.ts'
import { isSecret, withoutSecrets } from '../secrets.ts'

const samples = join(import.meta.dirname, '../../../../examples/data/import')
let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'plimsoll-import-'))))
afterAll(() => rm(folder, { recursive: true }))

async function imported(format: string, file: string, to = '-'): Promise<string> {
  let said = ''
  const stream = { write: (text: string) => ((said += text), true) } as unknown as Streams['stdout']
  const streams = { stdout: stream, stderr: stream }
  const signal = new AbortController().signal
  await importFile({ args: [format, file, '--to', to], streams, signal })
  return said
}

/** What is said of a file with this content. */
async function refusal(format: string, content: string): Promise<string> {
  const file = join(folder, 'given')
  await writeFile(file, content)
  const error: unknown = await imported(format, file).catch((thrown: unknown) => thrown)
  if (!(error instanceof PlimsollError)) throw new Error(`not refused: ${String(error)}`)
  return error.message.replace(`${folder}/`, '')
}

test.each([
  ['har', 'shop.har', 'shop-har'],
  ['openapi', 'petshop.yaml', 'petshop'],
  ['openapi', 'prices.swagger.json', 'prices'],
  ['postman', 'shop.postman_collection.json', 'shop-postman'],
])('%s: %s becomes a workload that a person can read', async (format, file, name) => {
  const text = await imported(format, join(samples, file))
  await expect(text).toMatchFileSnapshot(`./golden/${name}.txt`)
  expect(text).not.toMatch(/hunter2|eyJhbGciOi|s3cr3t|sid=123/)
})

const har = (entries: unknown) => JSON.stringify({ log: { entries } })
const entry = (url: string, more: object = {}) => ({
  startedDateTime: '2026-11-20T17:00:00Z',
  time: 1,
  request: { method: 'GET', url, headers: [] },
  response: { status: 200, content: {} },
  ...more,
})

test.each([
  ['har', '', 'given: expected a document, found an empty file.'],
  ['har', '<html>', 'given, line 1: expected JSON, found "<html>".'],
  ['har', '{\n "log": {\n  "entries": [,]\n', 'given, line 3: expected JSON, found ",]".'],
  ['har', '{\n "log": {', 'given, line 2: expected JSON, but the file ends in the middle.'],
  ['har', '{"log":{}}', 'given, at /log/entries: expected a list, found nothing.'],
  ['har', har([entry('')]), 'given, at /log/entries/0/request/url: expected an address, found "".'],
  [
    'har',
    har([entry('https://a/x.png')]),
    /^given: expected requests that can be played, found none: 1 × static/,
  ],
  [
    'har',
    har([{ ...entry('https://a/'), startedDateTime: 'noon' }]),
    /\/log\/entries\/0\/startedDateTime: expected a time/,
  ],
  ['openapi', 'a: b: c', /^given, line 1: expected YAML: nested mappings/],
  ['openapi', '- a', 'given, line 1: expected JSON or YAML, found "- a".'],
  ['openapi', 'info: {}', /^given, at \/openapi: expected the version/],
  ['openapi', 'openapi: 3.1.0', 'given, at /paths: expected an object, found nothing.'],
  [
    'openapi',
    'openapi: 3.1.0\npaths:\n  /a:\n    post:\n      requestBody: { $ref: "#/components/x" }',
    'given, at /paths/~1a/post/requestBody/$ref: expected a reference to something that is there, found "#/components/x".',
  ],
  [
    'openapi',
    'openapi: 3.1.0\npaths: { /a: { $ref: "other.yaml#/a" } }',
    'given, at /paths/~1a/$ref: expected a reference within this file, found "other.yaml#/a".',
  ],
  ['postman', '{"info":{}}', 'given, at /item: expected a list, found nothing.'],
  ['postman', '{"requests":[],"order":[]}', /^given, at \/item: expected a collection in format 2/],
  [
    'postman',
    '{"item":[{"name":"a"}]}',
    /^given: expected requests that can be played, found none/,
  ],
])(
  '%s that cannot be used is told in one sentence with its place: %j',
  async (format, content, said) => {
    const told = await refusal(format, content)
    expect(told).toMatch(typeof said === 'string' ? new RegExp(`^${RegExp.escape(said)}$`) : said)
    expect(told).not.toContain('\n')
  },
)

test('a file that is there is not overwritten', async () => {
  const to = join(folder, 'mine.ts')
  await writeFile(to, 'mine')
  const refused = imported('har', join(samples, 'shop.har'), to)
  await expect(refused).rejects.toMatchObject({ code: 'file-exists' })
  expect(await readFile(to, 'utf8')).toBe('mine')
})

test.each([
  ['/api/products/4711', '/api/products/:product_id', { product_id: 4711 }],
  ['/users/7/posts/8/9', '/users/:user_id/posts/:post_id/:id', { user_id: 7, post_id: 8, id: 9 }],
  ['/categories/12', '/categories/:category_id', { category_id: 12 }],
  ['/v1/2', '/v1/:id', { id: 2 }],
  ['/orders/00012', '/orders/:order_id', { order_id: '00012' }],
  ['/blog/how-to-read-2-reports-in-2026', '/blog/how-to-read-2-reports-in-2026', {}],
  ['/a%20b/%C3%A9', '/a%20b/%C3%A9', {}],
  ['/jobs/:batch', '/jobs/:job_id', { job_id: ':batch' }],
  ['/', '/', {}],
])('ids in the path %s become parameters', (pathname, path, params) => {
  expect(templateOf(pathname)).toEqual({ path, params })
})

test('secrets are known by their names', () => {
  const secret = [
    'password',
    'X-Api-Key',
    'access_token',
    'csrf',
    'client_secret',
    'Authorization',
    'sid',
  ]
  expect(secret.filter((name) => !isSecret(name))).toEqual([])
  expect(['page', 'author', 'compass', 'inside', 'name'].filter(isSecret)).toEqual([])
  const value = { max_tokens: 100, pin: 1234, list: [{ token: 'x' }] }
  expect(withoutSecrets(value, () => {}, '-')).toEqual({
    max_tokens: 100,
    pin: '-',
    list: [{ token: '-' }],
  })
})
