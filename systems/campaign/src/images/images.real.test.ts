// Images of check-ins through the front door: what is kept and how it is served, what is refused, on disk and in S3.

import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { needsData } from '../../../../test/optional-part.ts'
import { startObjectStore } from '../../test/object-store.ts'
import {
  call,
  runCampaign,
  type Caller,
  type RunningCampaign,
} from '../../test/running-campaign.ts'

let host: PostgresHost
let campaign: RunningCampaign
let caller: Caller
let folder: Awaited<ReturnType<typeof mkdtempDisposable>>

beforeAll(async () => {
  host = await startTestPostgres()
  folder = await mkdtempDisposable(join(tmpdir(), 'campaign-images-'))
  campaign = await runCampaign(host, { environment: { IMAGES_FOLDER: join(folder.path, 'kept') } })
  ;[caller] = (await campaign.crowd(1)) as [Caller]
})
afterAll(async () => {
  await campaign[Symbol.asyncDispose]()
  await folder.remove()
  await host[Symbol.asyncDispose]()
})

const kept = async () => await readdir(join(folder.path, 'kept')).catch(() => [])
const stored = async () => (await campaign.sql('select count(*)::int from checkins'))[0]

const photo = (kind: 'jpeg' | 'png' | 'webp' | 'gif') =>
  sharp({
    create: {
      width: 80,
      height: 60,
      channels: 3,
      background: '#a3c',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .toFormat(kind)
    .toBuffer()

async function newestImage(who: Caller): Promise<string> {
  const [post] = (await who.get('/api/post/posts/?limit=1')).body
  return post.image
}

async function fetched(url: string) {
  const answer = await fetch(url)
  return { headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) }
}

test.each(['jpeg', 'png', 'webp', 'gif'] as const)(
  'a %s is kept under our own key, whatever it calls itself, and served as what it is',
  async (kind) => {
    const bytes = await photo(kind)
    const sent = await caller.upload({ content: 'look' }, bytes, '../../../etc/passwd.html')
    expect(sent.status).toBe(200)
    const path = await newestImage(caller)
    expect(path).toMatch(/^\/api\/post\/images\/[0-9a-f]{32}\.(jpg|png|webp|gif)$/)
    const { headers, bytes: served } = await fetched(campaign.url + path)
    expect(served).toEqual(bytes)
    expect(headers.get('content-type')).toBe(`image/${kind}`)
    expect(headers.get('content-length')).toBe(String(bytes.length))
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain('sandbox')
    expect(await kept()).toContain(path.split('/').at(-1))
  },
)

test('the real images are taken, except for the corrupt one and the active one', async (context) => {
  const data = needsData('images', context)
  const names = (await readdir(data)).filter((name) => /\.(jpe?g|png|webp|gif|svg)$/.test(name))
  const outcomes: Record<string, number> = {}
  for (const name of names) {
    const bytes = await readFile(join(data, name))
    outcomes[name] = (await caller.upload({ content: name }, bytes, name)).status
  }
  const refused = Object.keys(outcomes).filter((name) => outcomes[name] !== 200)
  expect(refused.toSorted()).toEqual(['elastic-nhl-against.png', 'httpbin-image.svg'])
  for (const name of refused) expect(outcomes[name]).toBe(400)
  expect(names).toHaveLength(10)
})

describe('nothing is stored of', () => {
  const text = (content: string) => Buffer.from(content)
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  test.each<[string, () => Promise<Uint8Array>, number, RegExp]>([
    ['an SVG with a script', async () => text(svg), 400, /markup, such as SVG or HTML/],
    ['a page', async () => text('<!doctype html><p>hello'), 400, /markup, such as SVG or HTML/],
    ['a text', async () => text('hello'), 400, /something else/],
    ['a program', async () => Buffer.from('7f454c4602010100', 'hex'), 400, /something else/],
    [
      'a GIF that is a page as well',
      async () => Buffer.concat([await photo('gif'), text('<html><script>alert(1)</script>')]),
      400,
      /markup or a script/,
    ],
    [
      'a JPEG with a page in its comment',
      async () => {
        const jpeg = await photo('jpeg')
        const comment = text('<SCRIPT src=//evil.example></SCRIPT>')
        const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2])
        return Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2)])
      },
      400,
      /markup or a script/,
    ],
    [
      'a PNG of a byte more than is taken',
      async () => Buffer.concat([await photo('png'), Buffer.alloc(5_242_881)], 5_242_881),
      413,
      /at most 5242880 bytes/,
    ],
    ['half a JPEG', async () => (await photo('jpeg')).subarray(0, 1_000), 400, /corrupt/],
    ['half a PNG', async () => (await photo('png')).subarray(0, 1_000), 400, /corrupt/],
    ['the head of a WebP', async () => text('RIFF0000WEBP'), 400, /corrupt/],
    [
      'a PNG of a gigapixel in 1 kB',
      async () => {
        const png = await photo('png')
        png.writeUInt32BE(40_000, 16)
        png.writeUInt32BE(40_000, 20)
        return png
      },
      400,
      /corrupt or too large/,
    ],
  ])('%s', async (_, make, status, reason) => {
    const [files, rows] = [await kept(), await stored()]
    const { status: found, body } = await caller.upload({ content: 'look' }, await make())
    expect([found, body.detail]).toEqual([status, expect.stringMatching(reason)])
    expect([await kept(), await stored()]).toEqual([files, rows])
  })
})

/** What the service says until it hangs up; it must before half of the image is sent. */
async function sendTooMuch(rest: string): Promise<string> {
  const { port } = new URL(campaign.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => undefined)
  let said = ''
  socket.on('data', (piece) => (said += piece.toString()))
  socket.write(
    `POST /api/user/upload-post HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${caller.token}\r\n` +
      `content-type: multipart/form-data; boundary=xx\r\n${rest}`,
  )
  const piece = Buffer.from(`100000\r\n${'x'.repeat(1_048_576)}\r\n`)
  const sending = setInterval(() => socket.writable && socket.write(piece), 5)
  await until(() => said.includes('\r\n\r\n') || socket.closed, { deadline_ms: 10_000 })
  clearInterval(sending)
  socket.destroy()
  expect(socket.bytesWritten).toBeLessThan(50_000_000)
  return said
}

test.each([
  ['says so', `content-length: 100000000\r\n\r\n--xx\r\n`],
  ['comes piece by piece', 'transfer-encoding: chunked\r\n\r\n'],
])('of an image of 100 MB that %s no more is read than may be', async (_, rest) => {
  const [files, rows] = [await kept(), await stored()]
  // A client that goes on sending may be cut off before it has read why.
  let said = ''
  for (let tries = 0; said === '' && tries < 10; tries += 1) said = await sendTooMuch(rest)
  expect(said).toMatch(/^HTTP\/1\.1 413 /)
  expect([await kept(), await stored()]).toEqual([files, rows])
})

test('an image that comes again with its nonce is kept once', async () => {
  const bytes = await photo('png')
  const fields = { content: 'once', nonce: 'an image' }
  const first = await caller.upload(fields, bytes)
  const files = await kept()
  const again = await caller.upload(fields, bytes)
  expect(again.body.checkin_id).toBe(first.body.checkin_id)
  expect(await kept()).toEqual(files)
})

test('the image of a check-in that is taken back is served no more, and goes as well when it is asked again', async () => {
  const [admin] = (await campaign.crowd(1)) as [Caller]
  await campaign.sql('update users set is_admin = true where id = $1', [admin.id])
  const { body } = await caller.upload({ content: 'to be taken back' }, await photo('png'))
  const path = await newestImage(caller)
  expect((await fetch(campaign.url + path)).status).toBe(200)
  for (const _ of ['first', 'again']) {
    const answer = await admin.post(`/api/admin/checkins/${body.checkin_id}/invalidate`)
    expect(answer.status).toBe(200)
    expect((await fetch(campaign.url + path)).status).toBe(404)
  }
  expect(await kept()).not.toContain(path.split('/').at(-1))
})

test('what is no key of an image is 404', async () => {
  const [name = ''] = await kept()
  for (const key of [
    `..%2Fkept%2F${name}`,
    '..%2f..%2f..%2fetc%2fpasswd',
    `${name}%00.png`,
    'x'.repeat(32),
    `${'0'.repeat(32)}.png`,
    `.${name}.unfinished`,
    `${name}.html`,
  ]) {
    const { status } = await call(`${campaign.url}/api/post/images/${key}`, {})
    expect([key, [400, 404].includes(status)]).toEqual([key, true])
  }
})

test('images are kept in a bucket when there is one, and none is lost when it is away', async () => {
  await using objects = await startObjectStore('photos')
  await using elsewhere = await runCampaign(host, {
    environment: { IMAGES_BUCKET: 'photos', S3_ENDPOINT: objects.url },
  })
  const [ann] = (await elsewhere.crowd(1)) as [Caller]
  const bytes = await photo('webp')
  expect((await ann.upload({ content: 'look' }, bytes)).status).toBe(200)
  const path = await newestImage(ann)
  const { headers, bytes: served } = await fetched(elsewhere.url + path)
  expect([served, headers.get('content-type')]).toEqual([bytes, 'image/webp'])
  const missing = await call(`${elsewhere.url}/api/post/images/${'0'.repeat(32)}.png`, {})
  expect(missing.status).toBe(404)
  await objects[Symbol.asyncDispose]()
  const refused = await ann.upload({ content: 'again' }, bytes)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  const [count] = await elsewhere.sql('select count(*)::int from checkins')
  expect(count).toEqual({ count: 1 })
})
