// A place in the write-ahead log of a database (LSN): everything that was committed before it is in. The log
// only grows, so a replica that has replayed up to a place shows every write that was acknowledged before it.

/** Bytes since the log began: exact up to 9 PB. Infinity: not known, and so beyond every replica. */
export type LogPosition = number

/**
 * Where the server of a connection stands, to be asked by a statement of its own: within a write it would be a place
 * before the commit, and within a read one after what the read sees.
 */
export const positionQuery = `select case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
  else pg_current_wal_insert_lsn() end`

const unknown = 'FFFFFFFF/FFFFFFFF'

/** Reads PostgreSQL's way of writing it, e.g. `0/16B3748`; undefined for anything else. */
export function readLogPosition(text: string | null | undefined): LogPosition | undefined {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text ?? '') ?? []
  if (high === undefined || low === undefined) return undefined
  const position = Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
  return position <= Number.MAX_SAFE_INTEGER ? position : Infinity
}

/** As PostgreSQL writes it. */
export function logPositionText(position: LogPosition): string {
  if (!Number.isSafeInteger(position)) return unknown
  const hex = (part: number) => part.toString(16).toUpperCase()
  return `${hex(Math.floor(position / 2 ** 32))}/${hex(position % 2 ** 32)}`
}
