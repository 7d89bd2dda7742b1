// Connections to a database that may be taken away at any time.

import { Pool } from 'pg'

/**
 * A pool whose connections may break without taking the process along: they are killed with the database, also after
 * `end()`, which does not wait until they are closed.
 */
export function killablePool(url: string, { max = 1 } = {}): Pool {
  const pool = new Pool({ connectionString: url, max, idleTimeoutMillis: 0 })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
