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

/** Before everything. */
export const beforeEverything: Snapshot = { text: '1:1:', xmin: 1, xmax: 1, inProgress: new Set() }

export function snapshotOf(text: string): Snapshot {
  const [xmin, xmax, inProgress = ''] = text.split(':')
  const numbers = inProgress === '' ? [] : inProgress.split(',').map(Number)
  return { text, xmin: Number(xmin), xmax: Number(xmax), inProgress: new Set(numbers) }
}

/** Whether what a committed transaction did can be seen. */
export function sees({ xmin, xmax, inProgress }: Snapshot, transaction: number): boolean {
  return transaction < xmin || (transaction < xmax && !inProgress.has(transaction))
}
