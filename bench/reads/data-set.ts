// A data set of reviews of a given size on a real PostgreSQL: loaded by `reviews generate --load`, or there
// already, because loading 31 million rows takes minutes and 15 GB.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Client } from 'pg'
import { openPostgres } from '@plimsoll/stores'

const longestLoad_ms = 30 * 60_000
/** A quarter of the memory of a server of 16 GiB, on both sides alike. */
const settings = { shared_buffers: '4GB' }
const system = join(import.meta.dirname, '../../systems/reviews')

export interface DataSet extends AsyncDisposable {
  readonly url: string
  readonly products: number
  readonly shared_buffers: string
  /** Of PostgreSQL. */
  readonly version: string
  readonly query: <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>
}

/** Products 1 to `products`, from seed 1. A database named by `url` is only read. */
export async function openDataSet({
  products,
  url,
}: {
  products: number
  url?: string | undefined
}): Promise<DataSet> {
  await using stack = new AsyncDisposableStack()
  const server = url === undefined ? stack.use(await openPostgres({ settings })) : undefined
  const at = url ?? server?.url ?? ''
  if (server !== undefined) {
    await reviews(at, 'migrate')
    await reviews(at, 'generate', '--products', String(products), '--load')
  }
  const client = new Client({ connectionString: at })
  await client.connect()
  stack.defer(() => client.end())
  const query = async <Row>(sql: string, values: readonly unknown[] = []) =>
    (await client.query(sql, [...values])).rows as Row[]
  const [found] = await query<{ last: string; version: string; shared_buffers: string }>(
    `select max(product_id) as last, current_setting('server_version') as version,
      current_setting('shared_buffers') as shared_buffers from product_figures`,
  )
  assert.equal(Number(found?.last), products, `the data set at ${at} has other products`)
  const owned = stack.move()
  const { version = '', shared_buffers = '' } = found ?? {}
  return {
    url: at,
    products,
    version,
    shared_buffers,
    query,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Runs the command line of reviews, its progress shown. */
async function reviews(url: string, ...words: string[]): Promise<void> {
  const child = spawn(process.execPath, ['src/main.ts', ...words], {
    cwd: system,
    env: { PATH: process.env['PATH'], DATABASE_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: longestLoad_ms,
  })
  assert.deepEqual(await once(child, 'exit'), [0, null], `reviews ${words.join(' ')} failed`)
}
