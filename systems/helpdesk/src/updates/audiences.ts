// Audiences: whoever can be told about a change. Every statement that changes something bumps the versions of
// its audiences in the same transaction, and returns them so that this instance knows them at once.

import type { Rows } from '@plimsoll/service'

/**
 * The audience of everybody who watches the queue. It has no row and no version: what changes the queue would wait
 * for everything else that does. `changedInQueue` marks the conversations instead.
 */
export const queueAudience = '9223372036854775807'

/**
 * Common table expressions that bump audiences; `wanted (id, n)` must come before: how many versions
 * each needs. Afterwards `bumped (id, before, version)` has the versions `before + 1` to `version` for the taking.
 *
 * The rows are locked until the end of the transaction, in ascending order, so versions become visible in
 * their order and two statements never wait for each other in a circle.
 */
export const bump = `
  held as materialized (
    select a.id, w.n from wanted w join audiences a on a.id = w.id
    order by a.id for no key update of a
  ),
  bumped as (
    update audiences a
    set version = greatest(a.version + held.n, microseconds_now()),
      changed_by = pg_current_xact_id()
    from held where a.id = held.id
    returning a.id, a.version - held.n as before, a.version
  )`

/** Assignments that mark conversations `c` as changed in the queue: come, left, or shown otherwise; all, or those where a condition is true. */
export function changedInQueue(condition = 'true'): string {
  return `
    queue_version = case when ${condition} then greatest(c.queue_version + 1, microseconds_now())
      else c.queue_version end,
    queue_changed_by = case when ${condition} then pg_current_xact_id() else c.queue_changed_by end`
}

/** Told of new versions by the stores, before the requests that caused them are answered. */
export interface VersionListener {
  /** `version` is in microseconds since 1970; of the queue it is the transaction. */
  learn(audience: string, version: number): void
}

/** Takes the rows at position 0 out of a result, `[0, audience, version, …]`, and passes them on. */
export function learnFrom(rows: Rows, listener: VersionListener): Rows {
  return rows.filter(([position, audience, version]) => {
    if (position !== '0') return true
    listener.learn(audience ?? '', Number(version))
    return false
  })
}
