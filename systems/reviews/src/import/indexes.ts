// Takes the keys, constraints and indexes off tables before a load and puts them back after it: building
// an index once is many times cheaper than keeping it while millions of rows arrive. What to put back is
// read from the catalogue, so a migration may add an index without a word here.

import type { ClientBase } from 'pg'

/** One index or constraint, and the statements that drop and create it. */
interface Definition {
  readonly drop: string
  readonly create: string
}

const constraints = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as create
  from pg_constraint
  where conrelid = any($1::regclass[]) and contype in ('p', 'u', 'x', 'f')
  order by contype = 'f' desc, conname`

const plainIndexes = `
  select format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as create
  from pg_index
  where indrelid = any($1::regclass[])
    and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
  order by indexrelid`

/** Drops the indexes of the tables; the function returned builds them again. Within one transaction. */
export async function dropIndexes(
  client: ClientBase,
  tables: readonly string[],
): Promise<() => Promise<void>> {
  const keys = await client.query<Definition>(constraints, [tables])
  const indexes = await client.query<Definition>(plainIndexes, [tables])
  const dropped = [...keys.rows, ...indexes.rows]
  for (const { drop } of dropped) await client.query(drop)
  return async () => {
    for (const { create } of dropped.toReversed()) await client.query(create)
  }
}
