// The state of a database of reviews as one value, to be held against another.

import type { ClientBase } from 'pg'

/** Everything that the tables hold, what their sequences would give next, and the schema. */
export async function wholeDatabase(client: ClientBase): Promise<unknown> {
  const tables = [
    'reviews',
    'photos',
    'characteristic_reviews',
    'product_figures',
    'votes',
    'idempotency_keys',
  ]
  const state: Record<string, unknown> = {}
  for (const table of tables) {
    const { rows } = await client.query<{ hash: string; count: string }>(
      `select count(*), md5(coalesce(string_agg(t::text, ';' order by t::text), '')) as hash from ${table} t`,
    )
    state[table] = rows[0]
  }
  for (const table of ['reviews', 'photos']) {
    const { rows } = await client.query(`select last_value, is_called from ${table}_id_seq`)
    state[`${table} sequence`] = rows[0]
  }
  const schema = await client.query(`
    select indexdef as definition from pg_indexes where schemaname = 'public'
    union all select conrelid::regclass || conname || pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace order by 1`)
  return { ...state, schema: schema.rows }
}
