// SQL as a named constant, and what a server's refusal of it means. A named statement is parsed once per
// connection.

/** A prepared statement. The name is unique within the service. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Names a piece of SQL. */
export function statement(name: string, text: string): Statement {
  return Object.freeze({ name, text })
}

/** Rows as PostgreSQL sends them: text or null, in the order of the columns. */
export type Rows = readonly (readonly (string | null)[])[]

/**
 * How a statement failed. Only `lost` leaves open whether it took effect.
 *
 *   refused      the data is at fault (classes 22, 23); rolled back, parts of it may pass
 *   conflict     deadlock or serialization failure; rolled back, the same statement may pass
 *   unavailable  cancelled, too slow, out of resources; rolled back
 *   broken       the statement is at fault; rolled back
 *   lost         the connection ended or the answer did not come in time
 */
export type StatementFailure = 'refused' | 'conflict' | 'unavailable' | 'broken' | 'lost'

/** A statement that did not succeed. */
export class StatementError extends Error {
  readonly failure: StatementFailure
  readonly sqlstate: string | undefined

  constructor(failure: StatementFailure, cause: unknown) {
    super(`statement ${failure}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
    this.name = 'StatementError'
    this.failure = failure
    this.sqlstate = sqlstateOf(cause)
  }
}

/**
 * Sorts whatever a driver threw. Without an SQLSTATE of severity ERROR the connection counts as lost, and so it
 * does with one of class 08: a pooler says so when the server behind it has gone.
 */
export function failureOf(error: unknown): StatementFailure {
  const sqlstate = sqlstateOf(error)
  const severity = (error as { severity?: unknown } | null)?.severity
  if (sqlstate === undefined || severity !== 'ERROR' || sqlstate.startsWith('08')) return 'lost'
  if (sqlstate.startsWith('22') || sqlstate.startsWith('23')) return 'refused'
  if (sqlstate === '40001' || sqlstate === '40P01') return 'conflict'
  if (/^(53|55|57|25)/.test(sqlstate)) return 'unavailable'
  return 'broken'
}

function sqlstateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}
