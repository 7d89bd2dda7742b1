// A record as the API shows it.

/** Columns of a record, in the order of every statement that reads one. */
export const recordColumns = 'id, timestamp, level, service, message, received_at'

/** The columns as PostgreSQL writes them. */
export type RecordRow = readonly [
  id: string,
  timestamp: string,
  level: string,
  service: string | null,
  message: string,
  receivedAt: string,
]

/** A record whose times are ISO 8601. */
export interface RecordText {
  readonly id: string
  readonly timestamp: string
  readonly level: string
  readonly service: string | null
  readonly message: string
  readonly receivedAt: string
}

/** One record as JSON text, which begins with its id. */
export function jsonOf(record: RecordText): string {
  const { id, timestamp, level, service, message, receivedAt } = record
  return (
    `{"id":"${id}","timestamp":"${timestamp}","level":${JSON.stringify(level)}` +
    `,"service":${JSON.stringify(service)},"message":${JSON.stringify(message)}` +
    `,"received_at":"${receivedAt}"}`
  )
}

/** The same of a row. */
export function recordJson([id, time, level, service, message, received]: RecordRow): string {
  const [timestamp, receivedAt] = [isoTime(time), isoTime(received)]
  return jsonOf({ id, timestamp, level, service, message, receivedAt })
}

/** `2026-11-20 10:00:00.12+00` as ISO 8601 with milliseconds. */
export function isoTime(text: string): string {
  const [seconds = '', fraction = ''] = text.slice(0, -3).split('.')
  return `${seconds.replace(' ', 'T')}.${fraction.padEnd(3, '0')}Z`
}
