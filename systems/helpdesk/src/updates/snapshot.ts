// PostgreSQL's snapshots of the transactions in progress, as `pg_current_snapshot()::text` writes them:
// `xmin:xmax:xid,xid,…`. https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-INFO-SNAPSHOT

/** Which transactions had been committed, or rolled back, when it was taken. */
export interface Snapshot {
  readonly text: string
  /** Every transaction below it had ended. */
  readonly xmin: number
  /** None from here on had. */
  readonly xmax: number
  /** Between the two: had not ended. */
  readonly inProgress: ReadonlySet<number>
}

/** In SQL: whether a transaction has begun. Those of a database that was restored from a dump never have. */
export function began(column: string): string {
  return `${column} < pg_snapshot_xmax(pg_current_snapshot())`
}

/** Before everything. */
export const beforeEverything: Snapshot = { text: '1:1:', xmin: 1, xmax: 1, inProgress: new Set() }

export function snapshotOf(text: string): Snapshot {
  const [xmin, xmax, inProgress = ''] = text.split(':')
  const numbers = inProgress === '' ? [] : inProgress.split(',').map(Number)
  return { text, xmin: Number(xmin), xmax: Number(xmax), inProgress: new Set(numbers) }
}

/** Whether `one` was taken before `other`, of two that the same server took. */
export function isOlder(one: Snapshot, other: Snapshot): boolean {
  const isBelow = one.xmin < other.xmin || one.xmax < other.xmax
  const isSame = one.xmin === other.xmin && one.xmax === other.xmax
  return isBelow || (isSame && one.inProgress.size > other.inProgress.size)
}

/** Whether what a committed transaction did can be seen. */
export function sees({ xmin, xmax, inProgress }: Snapshot, transaction: number): boolean {
  return transaction < xmin || (transaction < xmax && !inProgress.has(transaction))
}
