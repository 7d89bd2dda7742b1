const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const minute_ms = 60_000
const hour_ms = 60 * minute_ms
const day_ms = 24 * hour_ms

/** How long ago, as people say it: `just now`, `5 min. ago`, `yesterday`, and a date after a week. */
export function ago(then: number, now: number): string {
  const passed = Math.max(0, now - then)
  if (passed < minute_ms) return 'just now'
  if (passed < hour_ms) return relative.format(-Math.floor(passed / minute_ms), 'minute')
  if (passed < day_ms) return relative.format(-Math.floor(passed / hour_ms), 'hour')
  if (passed < 7 * day_ms) return relative.format(-Math.floor(passed / day_ms), 'day')
  return day.format(then)
}

/** A time in full, in the reader's time zone. */
export function exactly(then: number): string {
  return exact.format(then)
}

/** A span of hours: `40 min`, `3.5 h`, `12 days`. */
export function spanWords(hours: number): string {
  if (hours < 1) return `${Math.round(hours * 60)} min`
  if (hours < 48) return `${hours.toFixed(1).replace(/\.0$/, '')} h`
  return `${Math.round(hours / 24)} days`
}
