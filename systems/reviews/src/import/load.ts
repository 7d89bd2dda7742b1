// Loads one whole data set in one transaction: empty the tables, take off their indexes, COPY every
// source in turn, fill the aggregates, build the indexes, reset the sequences, ANALYZE, count again.
// Readers wait while it runs, as long as their own limits let them, then see all of it; whatever ends it early,
// from Ctrl-C to a lost database, leaves what was there before.

import { DatabaseError } from 'pg'
import { copyRows, seePhotos } from './copy-rows.ts'
import { brokenEnvironment, type Refusals, unusableInput } from '@plimsoll/service'
import { dropIndexes } from './indexes.ts'
import { csvFiles } from './files.ts'
import { noIdsSeen } from './row-mapping.ts'
import { recountAnswers, recountRatings } from '../verify/recount.ts'
import type { ClientBase } from 'pg'
import type { ImportEvent, RowCounts } from './copy-rows.ts'
import type { TableName } from './files.ts'
import type { SeenIds } from './row-mapping.ts'
import type { RowSource, RowSources } from './row-source.ts'

export interface LoadOptions {
  readonly client: ClientBase
  /** Tables without one are left empty. */
  readonly sources: RowSources
  /** Opens what takes the refused rows, and replaces those of the import before. */
  readonly openRefusals: () => Promise<Refusals>
  readonly onEvent: (event: ImportEvent) => void
  /** Loads even where reviews or votes would be lost that no import brings back. */
  readonly replace: boolean
  /** Ends the import early; nothing of it remains. */
  readonly signal?: AbortSignal | undefined
}

/** The counts of each table that has a source. */
export type LoadCounts = Readonly<Partial<Record<TableName, RowCounts>>>

const filled = ['reviews', 'photos', 'characteristic_reviews', 'product_figures'] as const
/** Locked in the order in which the service's own statements come to them: neither waits for the other in a circle. */
const emptied = [
  'product_figures',
  'idempotency_keys',
  'reviews',
  'photos',
  'characteristic_reviews',
  'votes',
]
/** Where COPY puts the rows of each table. */
const targets: Readonly<Record<TableName, string>> = {
  reviews: 'reviews',
  characteristics: 'imported_characteristics',
  photos: 'photos',
  answers: 'characteristic_reviews',
}
const sequences = ['reviews', 'photos']
/** Whatever the role's settings say: those that suit the service would make the sums take days. */
const ownSettings = `
  set local enable_hashjoin = on; set local enable_mergejoin = on; set local enable_seqscan = on;
  set local enable_bitmapscan = on; set local plan_cache_mode = auto; set local statement_timeout = 0`

/** Characteristics wait aside until the sums of their answers are known. */
const waitingTable = `
  create temporary table imported_characteristics (id bigint, product_id bigint, name text) on commit drop`
const fillFigures = `
  insert into product_figures (product_id, rating_1, rating_2, rating_3, rating_4, rating_5,
    recommended_false, recommended_true,
    characteristic_ids, characteristic_names, answer_sums, answer_counts)
  select product_id,
    coalesce(rating_1, 0), coalesce(rating_2, 0), coalesce(rating_3, 0), coalesce(rating_4, 0),
    coalesce(rating_5, 0), coalesce(recommended_false, 0), coalesce(recommended_true, 0),
    coalesce(ids, '{}'), coalesce(names, '{}'), coalesce(sums, '{}'), coalesce(counts, '{}')
  from (${recountRatings}) as rated
  full join (
    select product_id, array_agg(id order by id) as ids, array_agg(name order by id) as names,
      array_agg(coalesce(answers_sum, 0) order by id) as sums,
      array_agg(coalesce(answers_count, 0) order by id) as counts
    from imported_characteristics left join (${recountAnswers}) as answers on characteristic_id = id
    group by product_id
  ) as characterised using (product_id)
  order by product_id`

/** Loads the sources in place of what was there. Throws a CommandError, and whatever the database says. */
export async function load(options: LoadOptions): Promise<LoadCounts> {
  const { client, sources, onEvent } = options
  const seen = noIdsSeen({ hasAnswers: sources.answers !== undefined })
  if (sources.photos !== undefined) {
    onEvent({ kind: 'stage', stage: 'Looking which reviews have photos' })
    await seePhotos(sources.photos, seen, options.signal)
  }
  await client.query('begin')
  let counts: LoadCounts
  try {
    await client.query(ownSettings)
    await emptyTables(options)
    // Not before: an import that is refused must leave the rejected rows of the one before.
    await using refusals = await options.openRefusals()
    const buildIndexes = await dropIndexes(client, filled)
    await client.query(waitingTable)
    onEvent({ kind: 'stage', stage: 'Copying rows' })
    counts = await copyAll({ ...options, refusals }, seen)
    onEvent({ kind: 'stage', stage: 'Adding up ratings and characteristics' })
    // With the usual 4 MB the sums would go through files.
    await client.query(`set local work_mem = '64MB'`)
    await client.query(fillFigures, [null])
    onEvent({ kind: 'stage', stage: 'Building indexes' })
    await client.query(`set local maintenance_work_mem = '128MB'`)
    await buildIndexes()
    for (const table of sequences) await resetSequence(client, table)
    onEvent({ kind: 'stage', stage: 'Collecting statistics and counting again' })
    await client.query(`analyze ${filled.join(', ')}`)
    await reconcile(client, counts)
    await refusals.end()
    options.signal?.throwIfAborted()
    await commit(client)
  } catch (error) {
    // On a lost connection there is nobody to tell: the server rolls back by itself.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
  // Everything is in by now, so a vacuum that is cut short is no failure.
  await vacuum(client).catch(() => undefined)
  return counts
}

async function copyAll(
  options: LoadOptions & { readonly refusals: Refusals },
  seen: SeenIds,
): Promise<LoadCounts> {
  const counts: Partial<Record<TableName, RowCounts>> = {}
  for (const { table } of csvFiles) {
    const source = options.sources[table]
    if (source === undefined) continue
    const found = await copyRows(source, { ...options, seen, target: targets[table] })
    if (table === 'reviews') {
      requireReviews(source, found)
      seen.reviewsWithPhotos.clear()
    }
    if (table === 'characteristics') seen.questions?.close()
    if (table === 'photos') seen.photos.clear()
    counts[table] = found
  }
  return counts
}

/** The wrong map, or a file that was cut off after its header, would leave an empty shop. Throws a CommandError. */
export function requireReviews({ name }: RowSource, { read, accepted }: RowCounts): void {
  if (accepted > 0) return
  throw unusableInput(
    read === 0
      ? `${name}: there is no row below the header, and without reviews there is nothing to import.`
      : `${name}: none of its ${read} rows can be taken. The file of rejected rows says why.`,
  )
}

/** A connection that breaks here leaves open whether the server has committed. */
async function commit(client: ClientBase): Promise<void> {
  try {
    await client.query('commit')
  } catch (cause) {
    if (cause instanceof DatabaseError && cause.severity === 'ERROR') throw cause
    throw brokenEnvironment(
      'The connection was cut in the very moment of committing: all of the data is in, or none of it. ' +
        'Run the command again.',
      cause,
    )
  }
}

/**
 * Without this autovacuum would look at every table again under the first load: the counters of what was
 * loaded reach it only now. Pages are frozen already, so it reads little.
 */
async function vacuum(client: ClientBase): Promise<void> {
  await client.query('select pg_stat_force_next_flush()')
  await client.query(`vacuum (analyze) ${filled.join(', ')}`)
}

/**
 * An import has the sequence of reviews start after its own ids, so whatever has a later one was posted since.
 * Such reviews would be lost, as would votes: not without being told to.
 */
async function emptyTables({ client, replace }: LoadOptions): Promise<void> {
  await client.query(`set local lock_timeout = '10s'`)
  await client.query(`lock table ${emptied.join(', ')} in access exclusive mode`)
  if (!replace) {
    const { rows } = await client.query<{ posted: boolean; voted: boolean }>(`
      select exists (select from reviews where id >= seqstart) as posted,
        exists (select from votes) as voted
      from pg_sequence where seqrelid = pg_get_serial_sequence('reviews', 'id')::regclass`)
    if (rows[0]?.posted === true || rows[0]?.voted === true) {
      throw unusableInput(
        'This database holds reviews or votes that were posted here and that an import would delete. ' +
          'Add --replace to delete them, or import into another database.',
      )
    }
  }
  // The sequences start anew because only then is what sets them undone by a rollback, too.
  await client.query(`truncate ${emptied.join(', ')} restart identity`)
}

async function resetSequence(client: ClientBase, table: string): Promise<void> {
  const { rows } = await client.query<{ next: string }>(
    `select coalesce(max(id), 0) + 1 as next from ${table}`,
  )
  const next = rows[0]?.next ?? '1'
  await client.query(`alter table ${table} alter column id set start with ${next} restart`)
}

async function reconcile(client: ClientBase, counts: LoadCounts): Promise<void> {
  const { rows } = await client.query<Record<TableName, string>>(`
    select (select count(*) from reviews) as reviews,
      (select coalesce(sum(cardinality(characteristic_ids)), 0) from product_figures) as characteristics,
      (select count(*) from photos) as photos,
      (select count(*) from characteristic_reviews) as answers`)
  for (const [table, { accepted }] of Object.entries(counts)) {
    const found = Number(rows[0]?.[table as TableName])
    if (found !== accepted) {
      throw new Error(`${accepted} rows of ${table} were accepted and ${found} arrived`)
    }
  }
}
