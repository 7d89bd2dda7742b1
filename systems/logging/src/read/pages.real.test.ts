import { openQueue, startTestPostgres, type PostgresHost, type StoreServer } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging, type RunningLogging } from '../../test/running-logging.ts'

let host: PostgresHost
let queue: StoreServer
let logging: RunningLogging

beforeAll(async () => {
  host = await startTestPostgres()
  queue = await openQueue()
  logging = await runLogging({ host, endpoint: queue.url })
})
afterAll(async () => {
  await logging?.[Symbol.asyncDispose]()
  await queue?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

test('cursors walk through all records once, newest first, over partitions and equal times', async () => {
  const start = Date.UTC(2026, 10, 18)
  const records = Array.from({ length: 500 }, (_, n) => ({
    message: `record ${n}`,
    level: n % 50 === 0 ? 'error' : 'info',
    timestamp: start + Math.floor(n / 5) * 3_600_000,
  }))
  expect((await logging.post('/logs', records)).body.accepted).toBe(500)
  await using _worker = await logging.work()
  await logging.stored(500)
  const truth = await logging.sql('select id from logs order by timestamp desc, id desc')
  for (const filter of ['', 'level=ERROR&', 'contains=record&']) {
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await logging.get(`/logs?${filter}limit=37${cursor}`)
      seen.push(...body.logs.map(({ id }: { id: string }) => id))
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
    } while (cursor !== '')
    const wanted =
      filter === 'level=ERROR&'
        ? await logging.sql(
            `select id from logs where level = 'ERROR' order by timestamp desc, id desc`,
          )
        : truth
    expect(seen).toEqual(wanted.map(({ id }) => id))
  }
})

test('a page whose match is rare looks at 50,000 records at most and goes on from there', async () => {
  await logging.sql(`insert into logs
    select (lpad(to_hex(ms / 65536), 8, '0') || '-' || lpad(to_hex(ms % 65536), 4, '0') || '-7000-8000-' || lpad(to_hex(ms), 12, '0'))::uuid,
      to_timestamp(ms / 1000.0), 'INFO', null, case when ms = 1577836800000 then 'needle' when ms % 10 = 5 then 'straw' else 'hay' end, now()
    from generate_series(1577836800000, 1577836800000 + 119999) ms`)
  const to = new Date(1_577_836_800_000 + 120_000).toISOString()
  let [pages, cursor] = [0, '']
  const found: string[] = []
  do {
    const { body } = await logging.get(`/logs?contains=needle&to=${to}${cursor}`)
    found.push(...body.logs.map(({ message }: { message: string }) => message))
    pages += 1
    cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
  } while (cursor !== '')
  expect(found).toEqual(['needle'])
  expect(pages).toBeGreaterThanOrEqual(3)
})

test('matches are skipped over slices, and where they are too far apart that is said', async () => {
  const to = new Date(1_577_836_800_000 + 120_000).toISOString()
  const page = (query: string) => logging.get(`/logs?to=${to}&${query}`)
  // One of ten: the 1,501st lies beyond the first two slices. A slow machine may need its cursor to come there.
  let { body } = await page('contains=straw&limit=1&offset=1500')
  while (body.logs.length === 0 && body.next_cursor !== null)
    body = (await page(`contains=straw&limit=1&cursor=${body.next_cursor}`)).body
  const [{ id } = {}] = await logging.sql(
    `select id from logs where message = 'straw' order by timestamp desc, id desc offset 1500 limit 1`,
  )
  expect(body.logs.map((one: { id: string }) => one.id)).toEqual([id])
  const rare = await page('contains=needle&offset=1')
  expect([rare.status, rare.body.detail]).toEqual([400, expect.stringContaining('next_cursor')])
})

test('long records make short pages, which lose and repeat none', async () => {
  const [start, size, count] = [1_567_296_000_000, 1_000_000, 30]
  await logging.sql(`insert into logs
    select (lpad(to_hex(ms / 65536), 8, '0') || '-' || lpad(to_hex(ms % 65536), 4, '0') || '-7000-8000-' || lpad(to_hex(ms), 12, '0'))::uuid,
      to_timestamp(ms / 1000.0), 'INFO', null, rpad((ms - ${start})::text, ${size}), now()
    from generate_series(${start}::bigint, ${start + count - 1}) ms`)
  const to = new Date(start + count).toISOString()
  for (const filter of ['', '&level=info']) {
    const seen: number[] = []
    const sizes: number[] = []
    let cursor = ''
    do {
      const place = cursor === '' ? `&to=${to}` : `&cursor=${cursor}`
      const from = `&from=${new Date(start).toISOString()}`
      const { body } = await logging.get(`/logs?limit=20${place}${from}${filter}`)
      seen.push(...body.logs.map(({ message }: { message: string }) => Number(message)))
      sizes.push(body.logs.length)
      cursor = body.next_cursor
    } while (cursor !== null)
    expect(seen).toEqual(Array.from({ length: count }, (_, n) => count - 1 - n))
    expect(sizes.slice(0, 2)).toEqual([9, 9])
  }
})

test('the newest of long records: a page that is short says how to go on, beside one that is not', async () => {
  await using own = await runLogging({ host, endpoint: queue.url })
  await own.sql(`insert into logs select gen_random_uuid(), to_timestamp(n), 'INFO', null, rpad(n::text, 1000000), now()
    from generate_series(1, 12) n`)
  const pages = await Promise.all([20, 5, 20].map((limit) => own.get(`/logs?limit=${limit}`)))
  const shown = pages.map(({ body }) => body.logs.map((one: { message: string }) => +one.message))
  const newest = [12, 11, 10, 9, 8, 7, 6, 5, 4]
  expect(shown).toEqual([newest, newest.slice(0, 5), newest])
  expect(pages.map(({ body }) => body.next_cursor)).not.toContain(null)
})
