// Ingest keys in SQL.

import { statement, type LaneOptions, type Rows } from '@plimsoll/service'
import type { ClientBase } from 'pg'

/** What a key allows: to write and never to read, or the other way round. */
export type Scope = 'write' | 'read'

/** A key that counts, by its hash. */
export interface StoredKey {
  readonly id: string
  readonly hash: string
  readonly scope: Scope
  /** Null: as many as come. */
  readonly recordsPerSecond: number | null
  readonly bytesPerSecond: number | null
}

/** A key as it is listed. */
export interface ListedKey {
  readonly id: string
  readonly name: string
  readonly scope: Scope
  readonly records_per_second: number | null
  readonly bytes_per_second: number | null
  readonly created_at: Date
  readonly revoked_at: Date | null
}

/** Keys that are held in memory; a system with more of them needs another way. */
const mostKeys = 10_000

const valid = statement(
  'valid_keys',
  `select id, encode(hash, 'hex'), scope, records_per_second, bytes_per_second
   from ingest_keys where revoked_at is null order by id limit ${mostKeys}`,
)

/** All keys that count. They wait their turn with the reads: beside these they would find no connection. */
export const validKeysLane: LaneOptions<null, readonly StoredKey[]> = {
  statement: valid,
  kind: 'read',
  bytes: () => 1,
  bind: () => [],
  answers: (rows, requests) => {
    const keys = storedKeys(rows)
    return requests.map(() => keys)
  },
}

function storedKeys(rows: Rows): StoredKey[] {
  const count = (text: string | null | undefined) =>
    typeof text === 'string' ? Number(text) : null
  return rows.map(([id, hash, scope, records, bytes]) => ({
    id: id ?? '',
    hash: hash ?? '',
    scope: scope === 'read' ? 'read' : 'write',
    recordsPerSecond: count(records),
    bytesPerSecond: count(bytes),
  }))
}

export interface NewKey {
  readonly name: string
  readonly hash: string
  readonly scope: Scope
  readonly recordsPerSecond: number | null
  readonly bytesPerSecond: number | null
}

/** Resolves to its id. */
export async function insertKey(client: ClientBase, key: NewKey): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into ingest_keys (name, hash, scope, records_per_second, bytes_per_second)
     values ($1, decode($2, 'hex'), $3, $4, $5) returning id`,
    [key.name, key.hash, key.scope, key.recordsPerSecond, key.bytesPerSecond],
  )
  return rows[0]?.id ?? ''
}

export async function listKeys(client: ClientBase): Promise<ListedKey[]> {
  const { rows } = await client.query<ListedKey>(
    `select id, name, scope, records_per_second, bytes_per_second, created_at, revoked_at
     from ingest_keys order by id`,
  )
  return rows
}

/** Resolves to whether there was such a key that counted. */
export async function revokeKey(client: ClientBase, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update ingest_keys set revoked_at = now() where id = $1 and revoked_at is null`,
    [id],
  )
  return rowCount === 1
}
