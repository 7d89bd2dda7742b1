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

/** One record as JSON text. */
export function recordJson([
  id,
  timestamp,
  level,
  service,
  message,
  receivedAt,
]: RecordRow): string {
  return (
    `{"id":"${id}","timestamp":"${isoTime(timestamp)}","level":${JSON.stringify(level)}` +
    `,"service":${JSON.stringify(service)},"message":${JSON.stringify(message)}` +
    `,"received_at":"${isoTime(receivedAt)}"}`
  )
}

/** `2026-11-20 10:00:00.12+00` as ISO 8601 with milliseconds. */
export function isoTime(text: string): string {
  const [seconds = '', fraction = ''] = text.slice(0, -3).split('.')
  return `${seconds.replace(' ', 'T')}.${fraction.padEnd(3, '0')}Z`
}
