// The four files of the public data set's size into an empty database, from the first byte to the first answer:
// rows per second over everything, indexes, aggregates, statistics and the recount included.

import assert from 'node:assert/strict'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPostgres } from '@plimsoll/stores'
import { serviceOn } from '../../systems/reviews/test/running-reviews.ts'
import { type Results } from '../results.ts'
import { runReviews, timeImport, type Imported } from './import-process.ts'

const floor_rows_per_second = 130_000
const memoryBound_bytes = 300 * 2 ** 20
/** As many as the public data set has, or what fits a smaller disk. */
const sizes = { whole: 1_000_011, less: 300_000, smoke: 2_000 }
const roomForWhole_bytes = 40 * 2 ** 30
const samples = join(import.meta.dirname, '../../examples/data/reviews')

export async function benchImport({ smoke }: { smoke: boolean }): Promise<Results> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const { bavail, bsize } = await statfs(folder)
  const fitting = bavail * bsize >= roomForWhole_bytes ? sizes.whole : sizes.less
  const products = smoke ? sizes.smoke : fitting
  const server = stack.use(await openPostgres())
  const { url } = server
  await runReviews(['migrate'], { url })
  await checkSamples({ folder, url })
  say(`correct on the dirty samples; generating ${products} products`)
  const words = ['generate', '--products', String(products), '--seed', '1', '--out', folder]
  const generated = (await runReviews(words, { url })).out
  const imported = await timeImport(folder, { url })
  say(`imported in ${imported.seconds.toFixed(1)} s; checking`)
  const rows = checkRows(imported, generated)
  await runReviews(['verify', '--timeout', '600'], { url })
  const first_answer_ms = await firstAnswer(url)
  const rows_per_second = Math.round(rows / imported.seconds)
  const memory = Math.round(imported.peak_memory_bytes / 2 ** 20)
  const isReached =
    rows_per_second >= floor_rows_per_second && imported.peak_memory_bytes <= memoryBound_bytes
  return {
    name: 'import',
    title: 'reviews import: from the first byte to serving',
    notes: [
      `${products} products, ${rows} rows in four files; every row accounted for, every sum is what a recount gives.`,
      `${rows_per_second} rows/s from the start of the process to its end (${imported.seconds.toFixed(1)} s), ${memory} MiB at most; floor ${floor_rows_per_second} rows/s in 300 MiB: ${isReached ? 'reached' : 'not reached'}.`,
      `A service that was started then gave its first list after ${first_answer_ms} ms.`,
      'PostgreSQL on the same machine, shared_buffers 256 MB; fsync, synchronous_commit and full_page_writes are on.',
    ],
    rows: imported.stages.map(({ stage, seconds }) => {
      const read = imported.files.find(({ file }) => file === stage)?.read
      const rate = read === undefined ? '' : Math.round(read / seconds)
      return { stage, rows: read ?? '', seconds: seconds.toFixed(1), rows_per_second: rate }
    }),
    raw: { ...imported, products, rows, rows_per_second, first_answer_ms },
    software: [`PostgreSQL ${server.version}`],
    smoke,
  }
}

/** The dirty samples: each row is taken or named, as their README counts them. */
async function checkSamples({ folder, url }: { folder: string; url: string }): Promise<void> {
  const words = ['import', samples, '--rejected', join(folder, 'rejected.csv')]
  const { out } = await runReviews(words, { url })
  assert.match(out, /^46 rows in /m)
  for (const counts of [/ 18 +10 +8$/m, / 7 +6 +1$/m, / 6 +3 +3$/m, / 15 +10 +5$/m]) {
    assert.match(out, counts)
  }
}

/** Each file's rows are those that were generated, and all are in. Returns their sum. */
function checkRows({ files }: Imported, generated: string): number {
  assert.equal(files.length, 4)
  let rows = 0
  for (const { file, read, accepted, rejected } of files) {
    const written = new RegExp(`/${file}: ([\\d,]+) rows`).exec(generated)?.[1]
    assert.equal(read, Number(written?.replaceAll(',', '')), file)
    assert.deepEqual([accepted, rejected], [read, 0], file)
    rows += read
  }
  return rows
}

async function firstAnswer(url: string): Promise<number> {
  await using service = await serviceOn(url)
  const started = performance.now()
  const answer = await fetch(`${service.url}/reviews?product_id=2&sort=newest`)
  assert.equal(answer.status, 200)
  const { results } = (await answer.json()) as { results: unknown[] }
  assert.ok(results.length > 0, 'product 2 has reviews')
  return Math.round(performance.now() - started)
}
